import { and, asc, isNotNull } from 'drizzle-orm'
import type { Database, Handle } from './database.ts'
import { withCodeOnly } from './errors.ts'
import { decodeCursor, encodeCursor, type Position } from './history-cursor.ts'
import type { StoredPrediction } from './history.ts'
import { firstOfVersions, predictionsById, stands } from './history-queries.ts'
import { predictions } from './schema.ts'

export type LabelledQuery = {
  model: string
  version?: string | undefined
  /** Rows of a page, at least 1. */
  limit: number
  /** `nextCursor` of the page before. */
  cursor?: string | undefined
}

const OLDEST_FIRST = [asc(predictions.createdAt), asc(predictions.id)]

/** Rows in memory at once: each may hold a megabyte. */
const ROWS_AT_ONCE = 16

/**
 * One page of the predictions that have feedback, oldest first by (created_at, id), so that an export grows at its end.
 * The rows are read while they are consumed; one that is deleted meanwhile is left out.
 * Throws InvalidCursorError and DatabaseError; so does the consumption of the rows.
 */
export const listLabelled = async (
  { handle }: Database,
  { model, version, limit, cursor }: LabelledQuery,
): Promise<{ rows: AsyncIterable<StoredPrediction>; nextCursor: string | null }> => {
  const after = cursor === undefined ? undefined : decodeCursor(cursor)
  const positions = await withCodeOnly(() =>
    oldestLabelled(handle, { model, version, after, rows: limit + 1 }),
  )
  const last = positions[limit - 1]
  const nextCursor =
    last === undefined || positions.length <= limit
      ? null
      : encodeCursor({ microseconds: BigInt(last.microseconds), id: last.id })
  const ids = positions.slice(0, limit).map(({ id }) => id)
  return { rows: readInParts(handle, ids), nextCursor }
}

const readInParts = async function* (
  handle: Handle,
  ids: string[],
): AsyncGenerator<StoredPrediction> {
  for (let start = 0; start < ids.length; start += ROWS_AT_ONCE) {
    const part = ids.slice(start, start + ROWS_AT_ONCE)
    const rows = await withCodeOnly(() => predictionsById(handle, part))
    const byId = new Map(rows.map((row) => [row.id, row]))
    yield* part.flatMap((id) => byId.get(id) ?? [])
  }
}

type PositionQuery = Pick<LabelledQuery, 'model' | 'version'> & {
  after: Position | undefined
  rows: number
}

/** Positions, oldest first, from the index of what has feedback. */
export const oldestLabelled = (handle: Handle, { model, version, after, rows }: PositionQuery) =>
  firstOfVersions(handle, {
    model,
    version,
    condition: and(
      isNotNull(predictions.feedback),
      after === undefined ? undefined : stands('>', after),
    ),
    order: OLDEST_FIRST,
    rows,
  })
