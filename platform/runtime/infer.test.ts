import { stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import { copyModel, FUNCTIONS } from '../testing/model-folder.ts'
import { loadModel } from './infer.ts'
import { float32 } from './tensors.ts'

const iris = path.join(FUNCTIONS, 'iris/versions/1.0.0/model.onnx')
const loadWithMode = async (mode: 'auto' | 'inline' | 'worker', file = iris) =>
  loadModel({ path: file, bytes: (await stat(file)).size, mode, threads: 1 })
const load = async (mode: 'auto' | 'inline' | 'worker', file = iris) =>
  (await loadWithMode(mode, file)).session

const threads = new Set<Worker>()
const post = Worker.prototype.postMessage
vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...sent) {
  threads.add(this)
  return post.apply(this, sent)
})
const endThreads = (): void => {
  for (const thread of threads) void thread.terminate()
}

const inputs = { features: float32([[5.1, 3.5, 1.4, 0.2]]) }

test('a thread of its own gives bit for bit the same answer as the event loop', async () => {
  const [inline, worker] = await Promise.all([load('inline'), load('worker')])
  expect(await worker.run(inputs)).toEqual(await inline.run(inputs))
  expect(worker.signature).toEqual(inline.signature)
  await Promise.all([inline.close(), worker.close()])
})

test('a tiny model runs inline, a large file in a thread', async () => {
  const tiny = await loadWithMode('auto')
  expect(tiny.mode).toBe('inline')
  const large = await loadWithMode(
    'auto',
    path.join(FUNCTIONS, 'summarize/versions/1.0.0/model.onnx'),
  )
  expect(large.mode).toBe('worker')
  await Promise.all([tiny.session.close(), large.session.close()])
})

test('the event loop goes on while a thread infers', async () => {
  const model = await load('worker', path.join(FUNCTIONS, 'summarize/versions/1.0.0/model.onnx'))
  const ids = {
    type: 'int64',
    data: new BigInt64Array(16 * 256).fill(2000n),
    dims: [16, 256],
  } as const
  const mask = { ...ids, data: new BigInt64Array(16 * 256).fill(1n) }
  let turns = 0
  const turn = setInterval(() => turns++, 1)
  await model.run({ input_ids: ids, attention_mask: mask })
  clearInterval(turn)
  expect(turns).toBeGreaterThan(3)
  await model.close()
})

test.each(['inline', 'worker'] as const)(
  'an input that the model refuses fails its run only (%s)',
  async (mode) => {
    const model = await load(mode)
    await expect(model.run({ features: float32([[1, 2]]) })).rejects.toThrow()
    await expect(model.run(inputs)).resolves.toBeDefined()
    await model.close()
  },
)

test.each(['inline', 'worker'] as const)(
  'a file that is no model does not load (%s)',
  async (mode) => {
    const file = path.join(await copyModel('iris'), 'versions/1.0.0/model.onnx')
    await writeFile(file, 'spoiled')
    await expect(load(mode, file)).rejects.toThrow()
  },
)

test('a closed thread says so instead of hanging', async () => {
  const model = await load('worker')
  await model.close()
  await expect(model.run(inputs)).rejects.toThrow('the inference thread ended')
})

test('a thread that ends fails its call and is started again', async () => {
  const model = await load('worker')
  // From outside, as running out of memory would end it, and not within the engine, which would end the process.
  endThreads()
  const call = model.run(inputs)
  await expect(call).rejects.toThrow('the inference thread ended')
  expect(model.isAlive).toBe(false)
  await expect.poll(() => model.isAlive).toBe(true)
  await expect(model.run(inputs)).resolves.toBeDefined()
  await model.close()
})
