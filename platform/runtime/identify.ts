import { v4, v7 } from 'uuid'
import type { TracePosition } from '#observability/tracing.ts'

/** Names a request in the answer, the log, the database row and the trace. */
export type Identity = {
  /** UUIDv7; the caller's only when the caller is the gateway. */
  predictionId: string
  requestId: string
  /** 32 hex digits of the W3C trace, or null when the caller sent none and tracing is off. */
  traceId: string | null
  /** The gateway asks that the row is committed before the answer. */
  waitForRecord: boolean
}

export const HEADERS = {
  predictionId: 'x-prediction-id',
  requestId: 'x-request-id',
  trace: 'traceparent',
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
/** W3C Trace Context level 1: version, trace id, parent id, flags. */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/

type ReadHeader = (name: string) => string | undefined

/** The caller's request id when it is a short plain word, a new one otherwise. */
export const requestIdOf = (header: ReadHeader): string => {
  const given = header(HEADERS.requestId)
  return given !== undefined && REQUEST_ID.test(given) ? given : v4()
}

/** The trace that the caller is in, or null. */
export const traceIdOf = (header: ReadHeader): string | null =>
  TRACEPARENT.exec(header(HEADERS.trace) ?? '')?.[1] ?? null

/** Step 1 of a request: who is this. */
export const identify = (
  header: ReadHeader,
  gatewayToken: string,
  position: TracePosition | null,
): Identity => {
  const fromGateway = gatewayToken !== '' && header(HEADERS.gatewayToken) === gatewayToken
  const given = fromGateway ? header(HEADERS.predictionId) : undefined
  return {
    predictionId: given !== undefined && UUID.test(given) ? given : v7(),
    requestId: requestIdOf(header),
    traceId: position?.traceId ?? traceIdOf(header),
    waitForRecord: fromGateway && header(HEADERS.record) === 'wait',
  }
}
