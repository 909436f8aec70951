import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collate, split } from './collate.ts'
import type { Tensors } from './tensors.ts'

const instance = (rows: number, width: number, fill: number): Tensors => ({
  ids: {
    type: 'int64',
    data: BigInt64Array.from({ length: rows * width }, (_, index) => BigInt(fill + index)),
    dims: [rows, width],
  },
})

test('instances are stacked and padded with zeros to the longest', () => {
  const { ids } = collate([instance(1, 2, 10), instance(2, 3, 20)])
  expect(ids!.dims).toEqual([3, 3])
  expect([...ids!.data].map(Number)).toEqual([10, 11, 0, 20, 21, 22, 23, 24, 25])
})

test('images of three dimensions keep each value in its place', () => {
  const image = (side: number): Tensors => ({
    image: {
      type: 'float32',
      data: Float32Array.from({ length: side * side }, (_, index) => index + 1),
      dims: [1, side, side],
    },
  })
  const { image: stacked } = collate([image(2), image(3)])
  expect(stacked!.dims).toEqual([2, 3, 3])
  expect([...stacked!.data]).toEqual([1, 2, 0, 3, 4, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('what is stacked is cut into the same pieces again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
      (rows) => {
        const instances = rows.map((count, index) => instance(count, 3, index * 100))
        expect(split(collate(instances), rows)).toEqual(instances)
      },
    ),
  )
})

test('a model that loses a row is found out', () => {
  expect(() => split(instance(2, 1, 0), [1, 1, 1])).toThrow('output "ids" has 2 rows for 3 inputs')
})
