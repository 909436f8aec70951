import { expect, test } from 'vitest'
import { describeMismatch, emptyInputs } from './signature.ts'
import { float32, int64Row } from './tensors.ts'

const features = { name: 'features', type: 'float32', dims: [-1, 4] }

test('tensors that fit have nothing to say', () => {
  expect(describeMismatch({ features: float32([[1, 2, 3, 4]]) }, [features], 'input')).toBeNull()
})

test('a missing tensor names what both sides have', () => {
  expect(describeMismatch({ image: int64Row([1]) }, [features], 'input')).toBe(
    `the model's input "features" float32[?, 4] is missing; the handler has image`,
  )
})

test('another shape names both shapes', () => {
  expect(describeMismatch({ features: float32([[1, 2]]) }, [features], 'input')).toBe(
    `the model's input "features" is float32[?, 4]; the handler has float32[1, 2]`,
  )
})

test('another type names both types', () => {
  expect(describeMismatch({ features: int64Row([1, 2, 3, 4]) }, [features], 'input')).toContain(
    'is float32[?, 4]; the handler has int64[1, 4]',
  )
})

test('a tensor that the model does not know is named', () => {
  const tensors = { features: float32([[1, 2, 3, 4]]), mask: int64Row([1]) }
  expect(describeMismatch(tensors, [features], 'input')).toBe(
    `the handler has "mask"; the model's inputs are features`,
  )
})

test('empty inputs have one row and fill varying dimensions', () => {
  const ids = { name: 'ids', type: 'int64', dims: [-1, -1] }
  const { features: zeros, ids: zeroIds } = emptyInputs({ inputs: [features, ids], outputs: [] })
  expect(zeros!.dims).toEqual([1, 4])
  expect(zeroIds!.dims).toEqual([1, 8])
})

test('a model that takes strings is refused by name', () => {
  const words = { name: 'words', type: 'string', dims: [-1] }
  expect(() => emptyInputs({ inputs: [words], outputs: [] })).toThrow('input "words" is string')
})
