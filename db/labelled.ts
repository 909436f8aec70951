import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import type { Database, Handle } from './database.ts'
import { withCodeOnly } from './errors.ts'
import { decodeCursor, encodeCursor, timestampOf, type Position } from './history-cursor.ts'
import type { StoredPrediction } from './history.ts'
import { POSITION, predictionsById } from './history-queries.ts'
import { models, modelVersions, predictions } from './schema.ts'

export type LabelledQuery = {
  model: string
  version?: string | undefined
  /** Rows of a page, at least 1. */
  limit: number
  /** `nextCursor` of the page before. */
  cursor?: string | undefined
}

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

type PositionQuery = {
  model: string
  version: string | undefined
  after: Position | undefined
  rows: number
}

/** Positions from the index of what has feedback: the oldest of each version, and the oldest of those. */
export const oldestLabelled = (handle: Handle, query: PositionQuery) => {
  const { model, version, after, rows } = query
  const order = [asc(predictions.createdAt), asc(predictions.id)]
  const ofVersion = handle
    .select({ id: predictions.id, createdAt: predictions.createdAt })
    .from(predictions)
    .where(
      and(
        eq(predictions.modelVersionId, modelVersions.id),
        isNotNull(predictions.feedback),
        after === undefined ? undefined : isAfter(after),
      ),
    )
    .orderBy(...order)
    .limit(rows)
    // Named like its table, so that POSITION fits it too.
    .as('predictions')
  return handle
    .select(POSITION)
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .crossJoinLateral(ofVersion)
    .where(
      and(
        eq(models.name, model),
        version === undefined ? undefined : eq(modelVersions.version, version),
      ),
    )
    .orderBy(...order)
    .limit(rows)
}

const isAfter = ({ microseconds, id }: Position) =>
  sql`(${predictions.createdAt}, ${predictions.id}) > (${timestampOf(microseconds)}::timestamptz, ${id}::uuid)`
