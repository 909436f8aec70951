import type { RequestSpan } from '#observability/tracing.ts'
import { BATCH, batchLength, sizeOf, type EncodedRecord } from './encoded-record.ts'

/** A record that waits, and whom to tell whether it was committed. */
export type Entry = {
  record: EncodedRecord
  /** Known in memory only: a record that comes back from the disk belongs to no trace any more. */
  span: RequestSpan | null
  settle(committed: boolean): void
}

/** First in, first out, bounded by rows and by bytes; a single row may exceed the bytes. */
export const createQueue = (limit: { rows: number; bytes: number }) => {
  let entries: Entry[] = []
  let bytes = 0
  const sizeOfAll = (some: Entry[]) => some.reduce((sum, { record }) => sum + sizeOf(record), 0)
  const take = (rows: number): Entry[] => {
    const taken = entries.splice(0, rows)
    bytes -= sizeOfAll(taken)
    return taken
  }
  return {
    get rows() {
      return entries.length
    },
    get isFull() {
      return entries.length >= limit.rows || bytes >= limit.bytes
    },
    /** Whether there is as much as one statement takes, or nothing to gather for. */
    get hasBatch() {
      return entries.length === 0 || entries.length >= BATCH.rows
    },
    push: (entry: Entry): void => {
      entries.push(entry)
      bytes += sizeOf(entry.record)
    },
    /** The oldest ones, as many as make a batch. */
    takeBatch: (): Entry[] => take(batchLength(entries)),
    takeAll: (): Entry[] => take(entries.length),
    /** Back in front, whether or not they fit. */
    putBack: (taken: Entry[]): void => {
      entries = [...taken, ...entries]
      bytes += sizeOfAll(taken)
    },
  }
}
