import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { createBatcher } from './batch.ts'
import type { Tensors } from './tensors.ts'

const row = (...values: number[]): Tensors => ({
  x: { type: 'float32', data: Float32Array.from(values), dims: [1, values.length] },
})

/** A model whose answer for a row is the sum of its values; it refuses negative ones. */
const sums = async ({ x }: Tensors): Promise<Tensors> => {
  const [rows = 0, width = 0] = x!.dims
  const data = Float32Array.from({ length: rows }, (_, index) => {
    const values = (x!.data as Float32Array).subarray(index * width, (index + 1) * width)
    if (values.some((value) => value < 0)) throw new Error('negative')
    return values.reduce((sum, value) => sum + value, 0)
  })
  await new Promise((resolve) => setImmediate(resolve))
  return { sum: { type: 'float32', data, dims: [rows, 1] } }
}

const options = { execute: sums, maxBatch: 4, batchable: true, maxQueue: 1000 }
const sumOf = (outputs: Tensors[]): number[] => outputs.map(({ sum }) => Number(sum!.data[0]))

test('each request gets its own answers in its own order, however they were batched', async () => {
  const request = fc.array(fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }), { maxLength: 9 })
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 9 }), async (requests) => {
      const batcher = createBatcher(options)
      const answers = await Promise.all(
        requests.map((texts) => batcher.run(texts.map((values) => row(...values)))),
      )
      const expected = requests.map((texts) =>
        texts.map((values) => values.reduce((sum, value) => sum + value, 0)),
      )
      expect(answers.map(({ outputs }) => sumOf(outputs))).toEqual(expected)
      expect(batcher.pending).toBe(0)
    }),
  )
})

test('an idle model starts at once, a busy one lets rows gather up to the limit', async () => {
  const onBatch = vi.fn()
  const batcher = createBatcher({ ...options, onBatch })
  await Promise.all(Array.from({ length: 7 }, (_, index) => batcher.run([row(index)])))
  expect(onBatch.mock.calls.map(([rows]) => rows)).toEqual([1, 4, 2])
})

test('a model that is not batchable runs one instance at a time', async () => {
  const onBatch = vi.fn()
  const batcher = createBatcher({ ...options, batchable: false, onBatch })
  await Promise.all([batcher.run([row(1), row(2)]), batcher.run([row(3)])])
  expect(onBatch.mock.calls.map(([rows]) => rows)).toEqual([1, 1, 1])
})

test('a request that the model fails on costs its neighbours nothing', async () => {
  const batcher = createBatcher(options)
  const [first, bad, good] = await Promise.allSettled([
    batcher.run([row(1)]),
    batcher.run([row(-1), row(2)]),
    batcher.run([row(3)]),
  ])
  expect(first).toMatchObject({ status: 'fulfilled' })
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'inference_failed' } })
  expect(good).toMatchObject({
    status: 'fulfilled',
    value: { outputs: [{ sum: { dims: [1, 1] } }] },
  })
  expect(batcher.pending).toBe(0)
})

test('a short request is not held up by a long one', async () => {
  const batcher = createBatcher({ ...options, maxBatch: 1 })
  const finished: string[] = []
  const long = Array.from({ length: 20 }, (_, index) => row(index))
  await Promise.all([
    batcher.run(long).then(() => finished.push('long')),
    batcher.run([row(1)]).then(() => finished.push('short')),
  ])
  expect(finished).toEqual(['short', 'long'])
})

test('when too many rows wait, new ones are turned away at once', async () => {
  const batcher = createBatcher({ ...options, maxQueue: 2 })
  const running = batcher.run([row(1)])
  const waiting = batcher.run([row(2)])
  await expect(batcher.run([row(3)])).rejects.toMatchObject({ code: 'overloaded', status: 503 })
  await Promise.all([running, waiting])
  await expect(batcher.run([row(3)])).resolves.toBeDefined()
})

test('an idle model takes a request larger than the queue', async () => {
  const batcher = createBatcher({ ...options, maxQueue: 2 })
  const { outputs } = await batcher.run([row(1), row(2), row(3)])
  expect(sumOf(outputs)).toEqual([1, 2, 3])
})

test('idle resolves when the last run has ended', async () => {
  const batcher = createBatcher(options)
  const answer = batcher.run([row(1)])
  await batcher.idle()
  expect(batcher.pending).toBe(0)
  await answer
})

test('rows of very different length do not share a batch', async () => {
  const shapes: (readonly number[])[] = []
  const execute = (inputs: Tensors): Promise<Tensors> => {
    shapes.push(inputs['x']!.dims)
    return sums(inputs)
  }
  const batcher = createBatcher({ ...options, execute })
  const long = Array.from({ length: 100 }, () => 1)
  await Promise.all([
    batcher.run([row(9)]),
    batcher.run([row(...long), row(...long)]),
    batcher.run([row(1, 2)]),
    batcher.run([row(1, 2, 3)]),
  ])
  expect(shapes).toEqual([
    [1, 1],
    [1, 100],
    [2, 3],
    [1, 100],
  ])
})

test('a batch is bounded by its padded size, not by its rows alone', async () => {
  const onBatch = vi.fn()
  const batcher = createBatcher({ ...options, maxBatch: 1000, onBatch })
  const long = Array.from({ length: 1024 }, () => 1)
  await batcher.run(Array.from({ length: 6 }, () => row(...long)))
  expect(onBatch.mock.calls.map(([rows]) => rows)).toEqual([4, 2])
})

test('one long document leaves room in the queue for others', async () => {
  const batcher = createBatcher({ ...options, maxQueue: 100 })
  const document = batcher.run(Array.from({ length: 500 }, () => row(1)))
  const [other] = (await batcher.run([row(7)])).outputs
  expect(Number(other!['sum']!.data[0])).toBe(7)
  await document
})

test('what nobody waits for any more is not run', async () => {
  const onBatch = vi.fn()
  const batcher = createBatcher({ ...options, maxBatch: 1, onBatch })
  let isAbandoned = false
  const job = batcher.run(
    Array.from({ length: 50 }, () => row(1)),
    { isAbandoned: () => isAbandoned },
  )
  isAbandoned = true
  await expect(job).rejects.toMatchObject({ code: 'cancelled' })
  await batcher.idle()
  expect(onBatch.mock.calls.length).toBeLessThan(3)
  expect(batcher.pending).toBe(0)
})
