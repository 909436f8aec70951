import { batchLength } from './encoded-record.ts'
import type { Entry } from './queue.ts'
import type { Segment, Spill } from './spill.ts'

export type ReadSpillOptions = {
  /** Rows of a file that cannot be read back. */
  onUnreadable(rows: number): void
  onFailure(thrown: unknown): void
}

/** Reads what is on the disk batch by batch: none at the end of each file, which is removed then, nor when one cannot be read. */
export const readSpill = (
  spill: Spill | null,
  { onUnreadable, onFailure }: ReadSpillOptions,
): (() => Promise<Entry[]>) => {
  let segment: Segment | null = null
  let waiting: Entry[] = []

  const open = async (): Promise<void> => {
    segment = (await spill?.next()) ?? null
    onUnreadable(segment?.unreadable ?? 0)
    const records = segment?.records ?? []
    waiting = records.map((record) => ({ record, span: null, settle: () => {} }))
  }

  return async () => {
    try {
      if (segment === null) await open()
      const batch = waiting.splice(0, batchLength(waiting))
      if (batch.length === 0) {
        await segment?.remove()
        segment = null
      }
      return batch
    } catch (thrown) {
      onFailure(thrown)
      segment = null
      return []
    }
  }
}
