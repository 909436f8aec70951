import { parentPort, workerData } from 'node:worker_threads'
import { loadModelSession } from './model-session.ts'
import type { Tensors } from './tensors.ts'
import type { ToWorker, FromWorker, WorkerModel } from './infer-in-worker.ts'

const { path, threads } = workerData as WorkerModel
const port = parentPort!
const answer = (message: FromWorker, inputs: Tensors = {}): void =>
  port.postMessage(
    message,
    Object.values(inputs).map(({ data }) => data.buffer as ArrayBuffer),
  )

const session = await loadModelSession(path, threads)
port.on('message', async (message: ToWorker) => {
  if (message === 'close') {
    await session.close()
    port.close()
    return
  }
  try {
    const outputs = await session.run(message)
    answer({ kind: 'outputs', outputs }, outputs)
  } catch (thrown) {
    answer({ kind: 'failed', reason: String(thrown) })
  }
})
answer({ kind: 'loaded', signature: session.signature })
