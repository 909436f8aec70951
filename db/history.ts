import { eq, sql } from 'drizzle-orm'
import type { PredictionRecord } from '#platform/runtime/prediction-record.ts'
import type { Database } from './database.ts'
import { withCodeOnly } from './errors.ts'
import type { Feedback } from './feedback.ts'
import { decodeCursor, encodeCursor } from './history-cursor.ts'
import { deletionOfOldest, newestPredictions, predictionsById } from './history-queries.ts'
import { predictionFeedback, predictions } from './schema.ts'
import { isUuid } from './uuid.ts'

export { DatabaseError } from './errors.ts'
export { InvalidCursorError } from './history-cursor.ts'

/** A row as it was recorded, and what was said about it since. */
export type StoredPrediction = PredictionRecord & {
  feedback: Feedback | null
  feedbackAt: Date | null
}

export type HistoryQuery = {
  model?: string | undefined
  version?: string | undefined
  /** Earliest time, inclusive. */
  from?: Date | undefined
  /** Latest time, exclusive. */
  to?: Date | undefined
  /** Rows of a page, at least 1. */
  limit: number
  /** `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** Null when there is none of this id. Throws DatabaseError. */
export const findPrediction = async (
  { handle }: Database,
  id: string,
): Promise<StoredPrediction | null> => {
  if (!isUuid(id)) return null
  const [row] = await withCodeOnly(() => predictionsById(handle, [id]))
  return row ?? null
}

/** Bytes of inputs, outputs and feedback, as JSON, after which a page ends early: a row may hold a megabyte. */
const PAGE_BYTES = 2 * 1024 * 1024
/** Rows read before their size is known. */
const FIRST_ROWS = 8

/**
 * One page, newest first by (created_at, id), and the cursor of the next one, null at the end.
 * Large rows end a page before its limit. Rows written meanwhile neither shift a page nor repeat a row.
 * Throws InvalidCursorError and DatabaseError.
 */
export const listPredictions = async (
  { handle }: Database,
  { cursor, limit, ...filter }: HistoryQuery,
): Promise<{ predictions: StoredPrediction[]; nextCursor: string | null }> => {
  const after = cursor === undefined ? undefined : decodeCursor(cursor)
  const positions = await withCodeOnly(() =>
    newestPredictions(handle, { ...filter, after, rows: limit + 1 }),
  )
  const page: StoredPrediction[] = []
  let read = 0
  let bytes = 0
  while (read < Math.min(limit, positions.length) && bytes < PAGE_BYTES) {
    const affordable = read === 0 ? FIRST_ROWS : Math.ceil(((PAGE_BYTES - bytes) * read) / bytes)
    const ids = positions.slice(read, Math.min(limit, read + affordable)).map(({ id }) => id)
    const rows = await withCodeOnly(() => predictionsById(handle, ids))
    const byId = new Map(rows.map((row) => [row.id, row]))
    // One that was deleted meanwhile is left out.
    page.push(...ids.flatMap((id) => byId.get(id) ?? []))
    bytes += rows.reduce((sum, row) => sum + sizeOf(row), 0)
    read += ids.length
  }
  const last = positions[read - 1]
  const nextCursor =
    last === undefined || read >= positions.length
      ? null
      : encodeCursor({ microseconds: BigInt(last.microseconds), id: last.id })
  return { predictions: page, nextCursor }
}

/** Bytes that are sent besides input, output and feedback. */
const OVERHEAD = 500

const sizeOf = ({ input, output, feedback }: StoredPrediction): number =>
  OVERHEAD + JSON.stringify([input, output, feedback]).length

/** False when there was none of this id. Throws DatabaseError. */
export const deletePrediction = async ({ handle }: Database, id: string): Promise<boolean> => {
  if (!isUuid(id)) return false
  const deleted = await withCodeOnly(() =>
    handle.delete(predictions).where(eq(predictions.id, id)).returning({ id: predictions.id }),
  )
  return deleted.length > 0
}

/**
 * Deletes what was created before `date`, `batchSize` rows at a time so that others get their turn.
 * Returns how many rows went. Throws DatabaseError.
 */
export const deleteOlderThan = async (
  { kind, handle }: Database,
  date: Date,
  batchSize: number,
): Promise<number> => {
  let deleted = 0
  let inBatch: unknown[]
  do {
    inBatch = await withCodeOnly(() => deletionOfOldest(handle, date, batchSize))
    deleted += inBatch.length
  } while (inBatch.length === batchSize)
  // A server's autovacuum does this by itself; the embedded database has none.
  if (kind === 'embedded' && deleted > 0) {
    await withCodeOnly(() =>
      handle.execute(sql`vacuum (analyze) ${predictions}, ${predictionFeedback}`),
    )
  }
  return deleted
}
