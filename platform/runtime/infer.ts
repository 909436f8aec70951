import { stopEngineReports } from './engine-reports.ts'
import { loadModelInWorker } from './infer-in-worker.ts'
import { loadModelSession } from './model-session.ts'
import type { ModelSession } from './model-session.ts'
import { emptyInputs } from './signature.ts'

export type InferenceMode = 'auto' | 'inline' | 'worker'

/** Larger files are not worth loading twice only to measure them. */
const MEASURED_UP_TO_BYTES = 4 * 1024 * 1024
/** A run that blocks the event loop for longer belongs in a thread; handing over costs some 0.05 ms. */
const INLINE_UP_TO_MS = 0.5
const WARM_UP_RUNS = 5

/** Runs the model on empty inputs, so that the first caller does not pay for it; fastest run in ms. */
const warmUp = async (session: ModelSession): Promise<number> => {
  const inputs = emptyInputs(session.signature)
  let fastest = Infinity
  for (let run = 0; run < WARM_UP_RUNS; run++) {
    const start = performance.now()
    await session.run(inputs)
    fastest = Math.min(fastest, performance.now() - start)
  }
  return fastest
}

/**
 * Loads and warms a model: on this thread when it is tiny, in a thread of its own when it is not.
 * `auto` measures a small file and moves it when one row takes longer than half a millisecond.
 */
export const loadModel = async (options: {
  path: string
  bytes: number
  mode: InferenceMode
  threads: number
}): Promise<{ session: ModelSession; mode: 'inline' | 'worker' }> => {
  const { path, bytes, mode, threads } = options
  stopEngineReports()
  const inline = mode === 'inline' || (mode === 'auto' && bytes <= MEASURED_UP_TO_BYTES)
  if (inline) {
    const session = await loadModelSession(path, threads)
    const fastest = await warmUp(session)
    if (mode === 'inline' || fastest <= INLINE_UP_TO_MS) return { session, mode: 'inline' }
    await session.close()
  }
  const session = await loadModelInWorker(path, threads)
  await warmUp(session)
  return { session, mode: 'worker' }
}
