import type { Logger } from '#observability/logger.ts'
import type { AnyFunctionDefinition } from '../define-function.ts'
import type { ModelIdentity } from '../observe.ts'
import { readReferenceSketch } from '../reference-sketch.ts'
import { watchDrift, type DriftWatch } from './watch-drift.ts'

export type LiveDrift = {
  /** Takes an answered request; it is counted once its answer has left. */
  answered(input: unknown, answer: unknown, embeddings: readonly Float32Array[]): void
  /** What is counted by now; null when handler and sketch do not fit, which the log has said. */
  current(): Pick<DriftWatch, 'samples' | 'scores'> | null
}

/**
 * The drift of one function, or null without a sketch or a window. Never costs an answer anything:
 * the sketch is read after the first one, and no error of drift reaches a caller.
 */
export const createLiveDrift = (options: {
  definition: AnyFunctionDefinition
  /** The content of the version's reference.json; null when it has none. */
  reference: unknown
  /** Instances to compare; 0 compares none. */
  window: number
  model: ModelIdentity
  logger: Logger
}): LiveDrift | null => {
  const { definition, reference, window, model, logger } = options
  if (reference === null || window === 0) return null
  let watch: DriftWatch | null | undefined

  const open = (): DriftWatch | null => {
    try {
      return watchDrift(definition, readReferenceSketch(reference, 'reference.json'), window)
    } catch (thrown) {
      logger.error({ ...model, reason: (thrown as Error).message }, 'drift is not watched')
      return null
    }
  }
  const opened = (): DriftWatch | null => {
    if (watch === undefined) watch = open()
    return watch
  }

  return {
    answered: (input, answer, embeddings) =>
      void setImmediate(() => {
        try {
          opened()?.count(input, answer, embeddings)
        } catch (thrown) {
          logger.warn({ ...model, reason: (thrown as Error).message }, 'not counted for drift')
        }
      }),
    current: opened,
  }
}
