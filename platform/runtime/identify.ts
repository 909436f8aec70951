import { v4, v7 } from 'uuid'
import type { ReadHeader, RequestSpan, RequestTrace, TraceHeaders } from '#observability/tracing.ts'

/** Names a request in the answer, the log, the database row and the trace. */
export type Identity = {
  /** UUIDv7; the caller's only when the caller is the gateway. */
  predictionId: string
  requestId: string
  /** 32 hex digits of the W3C trace, or null when the caller sent none and tracing is off. */
  traceId: string | null
  /** What the trace knows of this request; null when tracing is off or leaves it out. */
  span: RequestSpan | null
  /** The gateway asks that the row is committed before the answer. */
  waitForRecord: boolean
}

export const HEADERS = {
  predictionId: 'x-prediction-id',
  requestId: 'x-request-id',
  trace: 'traceparent',
  traceState: 'tracestate',
  /** Proves that the caller is this system's gateway. */
  gatewayToken: 'inlet-gateway-token',
  /** `wait`: answer when the row is committed. */
  record: 'inlet-record',
  /** What answered, as the cluster calls it. */
  revision: 'inlet-revision',
  /** Lowest confidence of an answer, 0 to 1; absent where the model has none. */
  confidence: 'inlet-confidence',
} as const

const REQUEST_ID = /^[\w.:-]{1,128}$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** W3C Trace Context: version, trace id, parent id, flags; versions after 00 may hold more. */
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|(?<!^00.{53})-)/

/** The caller's request id when it is a short plain word, a new one otherwise. */
export const requestIdOf = (header: ReadHeader): string => {
  const given = header(HEADERS.requestId)
  return given !== undefined && REQUEST_ID.test(given) ? given : v4()
}

/** The trace that the caller is in, or null. */
export const traceIdOf = (header: ReadHeader): string | null =>
  TRACEPARENT.exec(header(HEADERS.trace) ?? '')?.[1] ?? null

/** The caller's trace as it may be sent on: nothing of it when it is malformed. */
export const traceHeadersOf = (header: ReadHeader): TraceHeaders => {
  const traceparent = header(HEADERS.trace)
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return {}
  const tracestate = header(HEADERS.traceState)
  return { traceparent, ...(tracestate !== undefined && { tracestate }) }
}

/** Step 1 of a request: who is this. */
export const identify = (
  header: ReadHeader,
  gatewayToken: string,
  trace: RequestTrace | null,
): Identity => {
  const fromGateway = gatewayToken !== '' && header(HEADERS.gatewayToken) === gatewayToken
  const given = fromGateway ? header(HEADERS.predictionId) : undefined
  return {
    predictionId: given !== undefined && UUID.test(given) ? given : v7(),
    requestId: requestIdOf(header),
    traceId: trace?.traceId ?? traceIdOf(header),
    span: trace?.span ?? null,
    waitForRecord: fromGateway && header(HEADERS.record) === 'wait',
  }
}
