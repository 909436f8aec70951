import { and, desc, eq, gte, inArray, lt, sql, type SQL } from 'drizzle-orm'
import type { Handle } from './database.ts'
import type { Feedback } from './feedback.ts'
import { timestampOf, type Position } from './history-cursor.ts'
import { models, modelVersions, predictions } from './schema.ts'

/** What a page is ordered and cut by. */
const POSITION = {
  id: predictions.id,
  /** As text: a bigint is a string with one driver, a number with the other. */
  microseconds: sql<string>`(extract(epoch from ${predictions.createdAt}) * 1000000)::bigint::text`,
}

const COLUMNS = {
  id: predictions.id,
  model: models.name,
  version: modelVersions.version,
  revision: predictions.revision,
  createdAt: predictions.createdAt,
  input: predictions.inputData,
  output: predictions.outputData,
  confidence: predictions.confidence,
  processingTimeMs: predictions.processingTimeMs,
  status: predictions.status,
  errorCode: predictions.errorCode,
  requestId: predictions.requestId,
  traceId: predictions.traceId,
  feedback: sql<Feedback | null>`${predictions.feedback}`,
  feedbackAt: predictions.feedbackAt,
}

const NEWEST_FIRST = [desc(predictions.createdAt), desc(predictions.id)]

export const predictionsById = (handle: Handle, ids: string[]) =>
  handle
    .select(COLUMNS)
    .from(predictions)
    .innerJoin(modelVersions, eq(modelVersions.id, predictions.modelVersionId))
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .where(inArray(predictions.id, ids))

export type PageQuery = {
  model?: string | undefined
  version?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  after?: Position | undefined
  rows: number
}

type FirstQuery = {
  model: string | undefined
  version: string | undefined
  /** Which predictions of a version count. */
  condition: SQL | undefined
  order: SQL[]
  rows: number
}

/**
 * Positions in the order: the first rows of each version, by its own stretch of an index, and the first of those.
 * One condition on several versions would read and sort all their rows.
 */
export const firstOfVersions = (handle: Handle, query: FirstQuery) => {
  const { model, version, condition, order, rows } = query
  const ofVersion = handle
    .select({ id: predictions.id, createdAt: predictions.createdAt })
    .from(predictions)
    .where(and(eq(predictions.modelVersionId, modelVersions.id), condition))
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
        model === undefined ? undefined : eq(models.name, model),
        version === undefined ? undefined : eq(modelVersions.version, version),
      ),
    )
    .orderBy(...order)
    .limit(rows)
}

/** Whether a prediction stands before (<) or behind (>) a position. */
export const stands = (side: '<' | '>', { microseconds, id }: Position): SQL =>
  sql`(${predictions.createdAt}, ${predictions.id}) ${sql.raw(side)} (${timestampOf(microseconds)}::timestamptz, ${id}::uuid)`

/** Positions, newest first by (created_at, id), beginning after `after`. */
export const newestPredictions = (handle: Handle, query: PageQuery) => {
  const { model, version, from, to, after, rows } = query
  const condition = and(
    from === undefined ? undefined : gte(predictions.createdAt, from),
    to === undefined ? undefined : lt(predictions.createdAt, to),
    after === undefined ? undefined : stands('<', after),
  )
  return firstOfVersions(handle, { model, version, condition, order: NEWEST_FIRST, rows })
}

/** Deletes up to `rows` predictions created before `date`, of each version the oldest, and returns one row for each. */
export const deletionOfOldest = (handle: Handle, date: Date, rows: number) => {
  const ofVersion = handle
    .select({ id: predictions.id })
    .from(predictions)
    .where(and(eq(predictions.modelVersionId, modelVersions.id), lt(predictions.createdAt, date)))
    .orderBy(predictions.createdAt)
    .limit(rows)
    .as('predictions')
  const oldest = handle
    .select({ id: predictions.id })
    .from(modelVersions)
    .crossJoinLateral(ofVersion)
    .limit(rows)
  return handle
    .delete(predictions)
    .where(sql`${predictions.id} = any(array(${oldest}))`)
    .returning({ id: predictions.id })
}
