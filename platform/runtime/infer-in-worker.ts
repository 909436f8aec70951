import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ModelSession } from './model-session.ts'
import type { ModelSignature } from './signature.ts'
import type { Tensors } from './tensors.ts'

export type WorkerModel = { path: string; threads: number }
export type ToWorker = Tensors | 'close'
export type FromWorker =
  | { kind: 'loaded'; signature: ModelSignature }
  | { kind: 'outputs'; outputs: Tensors }
  | { kind: 'failed'; reason: string }

type Call = { resolve: (outputs: Tensors) => void; reject: (reason: Error) => void }

const startWorker = async (
  workerData: WorkerModel,
): Promise<{ worker: Worker; signature: ModelSignature }> => {
  const worker = new Worker(new URL('./infer-worker.ts', import.meta.url), { workerData })
  const [first] = (await once(worker, 'message')) as [FromWorker]
  if (first.kind !== 'loaded') throw new Error('the inference thread did not load its model')
  return { worker, signature: first.signature }
}

/**
 * Loads a model in a thread of its own, so that the event loop goes on while it runs. A thread that ends
 * fails the call it had and is started again; until then `isAlive` is false.
 * `run` takes one call at a time; the batcher keeps to that.
 */
export const loadModelInWorker = async (path: string, threads: number): Promise<ModelSession> => {
  const model: WorkerModel = { path, threads }
  let waiting: Call | undefined
  let worker: Worker | null = null
  let isClosing = false

  const settle = (outcome: Tensors | Error): void => {
    const call = waiting
    waiting = undefined
    if (outcome instanceof Error) call?.reject(outcome)
    else call?.resolve(outcome)
  }
  const start = async (): Promise<ModelSignature> => {
    const started = await startWorker(model)
    worker = started.worker
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'outputs') settle(message.outputs)
      if (message.kind === 'failed') settle(new Error(message.reason))
    })
    // Its exit follows; without a listener the error would end the process.
    worker.on('error', () => {})
    worker.on('exit', (code) => {
      worker = null
      settle(new Error(`the inference thread ended with code ${code}`))
      // A thread that does not come back leaves the model not ready.
      if (!isClosing) start().catch(() => {})
    })
    return started.signature
  }

  const signature = await start()
  return {
    signature,
    get isAlive() {
      return worker !== null
    },
    run: (inputs) =>
      new Promise((resolve, reject) => {
        if (worker === null) return reject(new Error('the inference thread ended'))
        if (waiting !== undefined) return reject(new Error('the inference thread is busy'))
        waiting = { resolve, reject }
        worker.postMessage(inputs)
      }),
    close: async () => {
      isClosing = true
      if (worker === null) return
      const exit = once(worker, 'exit')
      worker.postMessage('close')
      await exit
    },
  }
}
