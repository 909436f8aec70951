import type { RequestSpan } from '#observability/tracing.ts'
import type { EncodedRecord } from './encoded-record.ts'

/** What became of a batch: each of its rows is written, in conflict, or refused. */
export type WriteOutcome = {
  written: number
  /** Ids that were there before. */
  conflicts: string[]
  /** Rows that can never be written, with the database's code. */
  refused: { id: string; code: string }[]
}

/**
 * Where records go. `write` rejects when it may be tried again, and writing a record twice is safe.
 * `requests` are those of the records whose traces are kept.
 */
export type PredictionSink = {
  write(records: EncodedRecord[], requests?: readonly RequestSpan[]): Promise<WriteOutcome>
}
