import type { Logger } from '#observability/logger.ts'
import type { InletError } from './errors.ts'
import type { Identity } from './identify.ts'
import type { ModelIdentity, Phases } from './observe.ts'

/** Milliseconds with as many decimals as a timer is good for. */
export const milliseconds = (value: number): number => Number(value.toFixed(3))

/** The innermost cause of an error; what the log may say of a failure of ours. */
export const causeOf = (error: Error): string =>
  error.cause instanceof Error ? causeOf(error.cause) : error.message

/** Overload and what is not ready yet pass; what failed needs somebody. */
export const levelOf = (status: number, isQuiet = false): 'debug' | 'info' | 'warn' | 'error' => {
  if (isQuiet) return 'debug'
  if (status === 503) return 'warn'
  return status >= 500 ? 'error' : 'info'
}

/**
 * One line per prediction: who, what answered, how long each step took; never the input.
 * A cause is written for failures of ours only: a parser's message quotes the body.
 */
export const logPrediction = (
  logger: Logger,
  model: ModelIdentity,
  { requestId, predictionId, traceId }: Identity,
  status: number,
  totalMs: number,
  phases: Phases,
  error?: InletError,
): void => {
  const level = levelOf(status)
  if (!logger.isLevelEnabled(level)) return
  const phasesMs = Object.entries(phases).map(([phase, took]) => [phase, milliseconds(took)])
  logger[level](
    {
      ...model,
      status,
      request_id: requestId,
      prediction_id: predictionId,
      ...(traceId !== null && { trace_id: traceId }),
      duration_ms: milliseconds(totalMs),
      phases_ms: Object.fromEntries(phasesMs),
      ...(error !== undefined && { code: error.code }),
      ...(error !== undefined && status >= 500 && { reason: causeOf(error) }),
    },
    'prediction',
  )
}
