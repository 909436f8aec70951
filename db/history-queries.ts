import { and, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import type { Handle } from './database.ts'
import type { Feedback } from './feedback.ts'
import { timestampOf, type Position } from './history-cursor.ts'
import { models, modelVersions, predictions } from './schema.ts'

/** What a page is ordered and cut by. */
export const POSITION = {
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

/**
 * Positions, newest first by (created_at, id), beginning after `after`: the newest rows of each version, by its own stretch of
 * the index, and the newest of those. One condition on several versions would read and sort all their rows.
 */
export const newestPredictions = (handle: Handle, query: PageQuery) => {
  const { model, version, from, to, after, rows } = query
  const ofVersion = handle
    .select({ id: predictions.id, createdAt: predictions.createdAt })
    .from(predictions)
    .where(
      and(
        eq(predictions.modelVersionId, modelVersions.id),
        from === undefined ? undefined : gte(predictions.createdAt, from),
        to === undefined ? undefined : lt(predictions.createdAt, to),
        after === undefined ? undefined : isAfter(after),
      ),
    )
    .orderBy(...NEWEST_FIRST)
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
    .orderBy(...NEWEST_FIRST)
    .limit(rows)
}

const isAfter = ({ microseconds, id }: Position) =>
  sql`(${predictions.createdAt}, ${predictions.id}) < (${timestampOf(microseconds)}::timestamptz, ${id}::uuid)`

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
