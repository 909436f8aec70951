import { createHash } from 'node:crypto'
import type { RequestSpan } from '#observability/tracing.ts'
import type { Identity } from './identify.ts'
import type { ModelIdentity } from './observe.ts'
import type { PredictionRecord } from './prediction-record.ts'

/**
 * How a prediction log takes rows; its queue, retries and counters are its own business.
 * `span` is what the row was made in, for the trace of the write.
 */
export type Recorder = {
  /** Never throws and never waits. */
  record(record: PredictionRecord, span?: RequestSpan | null): void
  /** True when the row is committed, false when that takes longer than `milliseconds`. */
  recordAndWait(
    record: PredictionRecord,
    milliseconds: number,
    span?: RequestSpan | null,
  ): Promise<boolean>
}

/** For functions whose predictions nobody keeps, and for tests. */
export const nullRecorder: Recorder = {
  record: () => {},
  recordAndWait: () => Promise.resolve(true),
}

export type InputPolicy = 'full' | 'hash' | 'none'

/** What a row keeps of an input: all of it, `{ sha256 }` of its JSON, or null. */
export const reduceInput = (input: unknown, policy: InputPolicy): unknown => {
  if (policy === 'full') return input
  if (policy === 'none') return null
  return { sha256: createHash('sha256').update(JSON.stringify(input)).digest('hex') }
}

/** How long an answer may wait for its row when the gateway asks for it. */
const GATEWAY_WAIT_MS = 50
/** With RECORD=sync an answer without its row is worth waiting for. */
const SYNC_WAIT_MS = 10_000

export type RecordPolicy = { mode: 'async' | 'sync'; input: InputPolicy }

/** What a record holds besides the names of the request and of what answered it. */
type Outcome = Omit<PredictionRecord, keyof ModelIdentity | 'id' | 'requestId' | 'traceId'>

/**
 * Step 9 of a request: one row, whether the prediction succeeded or failed.
 * Resolves to false when a row that was asked for is not committed in time.
 */
export const recordPrediction = (
  recorder: Recorder,
  policy: RecordPolicy,
  identity: Identity,
  model: ModelIdentity,
  outcome: Outcome,
): boolean | Promise<boolean> => {
  const { predictionId: id, requestId, traceId, span, waitForRecord } = identity
  const input = reduceInput(outcome.input, policy.input)
  const record = { ...outcome, ...model, id, requestId, traceId, input }
  if (policy.mode === 'sync') return recorder.recordAndWait(record, SYNC_WAIT_MS, span)
  if (waitForRecord) return recorder.recordAndWait(record, GATEWAY_WAIT_MS, span)
  recorder.record(record, span)
  return true
}
