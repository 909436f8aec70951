import { and, eq, gte, isNotNull, lt, sql } from 'drizzle-orm'
import type { Handle } from './database.ts'
import { models, modelVersions, predictions } from './schema.ts'

/** Of a day or an hour in UTC. */
export type Bucket = 'hour' | 'day'

export type Period = { model: string; from: Date; to: Date; bucket: Bucket }

/** Written into the statement: as parameters, those of `select` and of `group by` would differ. */
const WIDTHS = { hour: sql.raw(`interval '1 hour'`), day: sql.raw(`interval '1 day'`) }

const ANSWERED = 200

/** Arithmetic on a number, where date_trunc would ask for the time zone of each row. */
const bucketOf = (bucket: Bucket) =>
  sql`date_bin(${WIDTHS[bucket]}, ${predictions.createdAt}, timestamptz '2000-01-01 00:00Z')`

/** When a bucket starts, in milliseconds since 1970. */
const startOf = (bucket: Bucket) =>
  sql`extract(epoch from ${bucketOf(bucket)}) * 1000`.mapWith(Number)

const ofVersions = and(
  eq(predictions.modelVersionId, modelVersions.id),
  eq(modelVersions.modelId, models.id),
)

const within = ({ model, from, to }: Period) =>
  and(
    ofVersions,
    eq(models.name, model),
    gte(predictions.createdAt, from),
    lt(predictions.createdAt, to),
    eq(predictions.status, ANSWERED),
  )

/** What was answered in each bucket, by version. */
export const answersByBucket = (handle: Handle, period: Period) =>
  handle
    .select({
      version: modelVersions.version,
      start: startOf(period.bucket),
      predictions: sql`count(*)`.mapWith(Number),
      labelledPredictions: sql`count(${predictions.feedback})`.mapWith(Number),
      confidences: sql`count(${predictions.confidence})`.mapWith(Number),
      confidenceSum: sql`coalesce(sum(${predictions.confidence}), 0)`.mapWith(Number),
    })
    .from(predictions)
    .crossJoin(modelVersions)
    .crossJoin(models)
    .where(within(period))
    .groupBy(modelVersions.version, bucketOf(period.bucket))
    .orderBy(modelVersions.version, bucketOf(period.bucket))

/** The instances of a prediction that somebody judged. */
const INSTANCES = sql`jsonb_array_elements(${predictions.feedback} -> 'instances') as instance`
const IS_CORRECT = sql`(instance ->> 'correct')::boolean`
const CONFIDENCE = sql`(instance ->> 'confidence')::double precision`
const isJudged = and(isNotNull(predictions.feedback), isNotNull(IS_CORRECT))

/** Ten of equal width, 1 in the last, as the training scripts measure calibration; null without a confidence. */
const BIN = sql`floor(${CONFIDENCE} * 10) - (${CONFIDENCE} >= 1)::integer`
const IN_BIN = {
  bin: sql<number | null>`${BIN}`,
  instances: sql`count(*)`.mapWith(Number),
  correct: sql`count(*) filter (where ${IS_CORRECT})`.mapWith(Number),
  confidenceSum: sql`coalesce(sum(${CONFIDENCE}), 0)`.mapWith(Number),
}

/** Judged instances in each bucket, by version and bin of confidence; the bin is null where there is none. */
export const judgedByBin = (handle: Handle, period: Period) =>
  handle
    .select({
      version: modelVersions.version,
      start: startOf(period.bucket),
      ...IN_BIN,
    })
    .from(predictions)
    .crossJoin(modelVersions)
    .crossJoin(models)
    .crossJoinLateral(INSTANCES)
    .where(and(within(period), isJudged))
    .groupBy(modelVersions.version, bucketOf(period.bucket), BIN)

/** Judged instances of all models since a time, by version and bin. */
export const judgedSince = (handle: Handle, from: Date) =>
  handle
    .select({ model: models.name, version: modelVersions.version, ...IN_BIN })
    .from(predictions)
    .crossJoin(modelVersions)
    .crossJoin(models)
    .crossJoinLateral(INSTANCES)
    .where(and(ofVersions, gte(predictions.createdAt, from), isJudged))
    .groupBy(models.name, modelVersions.version, BIN)
