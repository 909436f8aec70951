import type { Logger } from '#observability/logger.ts'
import type { ReadHeader } from '#observability/tracing.ts'
import type { InletError } from './errors.ts'
import { requestIdOf, traceIdOf } from './identify.ts'
import { causeOf, levelOf } from './log-prediction.ts'

/** Asked every few seconds by a cluster and by Prometheus. */
export const PROBES: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics'])

/** What a line and an answer call a request, from its headers alone. */
export const namesOf = (header: ReadHeader): { request_id: string; trace_id?: string } => {
  const traceId = traceIdOf(header)
  return { request_id: requestIdOf(header), ...(traceId !== null && { trace_id: traceId }) }
}

export type RequestLine = {
  /** A route, or what stands for all addresses without one: never the caller's own words. */
  endpoint: string
  status: number
  names: object
  error?: InletError | undefined
  /** Whether the line is for who looks for it only. */
  isQuiet?: boolean
}

/** A pod without its model is asked twenty times a second: the reason in its log must not be buried. */
const isProbe = ({ endpoint, status }: RequestLine): boolean =>
  PROBES.has(endpoint) && (status < 400 || status === 503)

/**
 * One line per request that is no prediction. A cause is written for failures of ours only: a parser's
 * message quotes the body.
 */
export const logRequest = (logger: Logger, line: RequestLine): void => {
  const { endpoint, status, names, error, isQuiet = isProbe(line) } = line
  const level = levelOf(status, isQuiet)
  if (!logger.isLevelEnabled(level)) return
  const failure = error !== undefined && { code: error.code }
  const reason = error !== undefined && status >= 500 && { reason: causeOf(error) }
  logger[level]({ endpoint, status, ...names, ...failure, ...reason }, 'request')
}
