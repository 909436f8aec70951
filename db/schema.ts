import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'

/**
 * jsonb whose values come back as the driver parsed them: Drizzle's own type parses strings once more,
 * so that the JSON string "12" would return as a number.
 */
const json = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'jsonb',
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (value) => value,
})

const createdAt = () => timestamp('created_at', { withTimezone: true }).notNull().defaultNow()

export const models = pgTable('models', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique(),
  description: text().notNull().default(''),
  createdAt: createdAt(),
})

export const modelVersions = pgTable(
  'model_versions',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    version: text().notNull(),
    artifactPath: text('artifact_path').notNull().default(''),
    isActive: boolean('is_active').notNull().default(true),
    createdAt: createdAt(),
  },
  (table) => [unique().on(table.modelId, table.version)],
)

/** Written by functions, one row a request; read newest first by (created_at, id). */
export const predictions = pgTable(
  'predictions',
  {
    id: uuid().primaryKey(),
    modelVersionId: integer('model_version_id')
      .notNull()
      .references(() => modelVersions.id),
    revision: text().notNull(),
    inputData: json('input_data'),
    outputData: json('output_data'),
    confidence: doublePrecision(),
    processingTimeMs: doublePrecision('processing_time_ms').notNull(),
    /** HTTP status answered. */
    status: integer().notNull(),
    errorCode: text('error_code'),
    requestId: text('request_id'),
    traceId: text('trace_id'),
    feedback: json(),
    feedbackAt: timestamp('feedback_at', { withTimezone: true }),
    createdAt: createdAt(),
  },
  // Every list is made of the newest rows of some versions, so that one index serves them all. Ascending,
  // because scanned backwards it serves `desc, desc` without a NULLS option. The other one holds only what
  // somebody judged, so that writing a prediction pays for one index besides the key.
  (table) => [
    index('predictions_by_version_and_time').on(table.modelVersionId, table.createdAt, table.id),
    index('predictions_with_feedback')
      .on(table.modelVersionId, table.createdAt, table.id)
      .where(sql`${table.feedback} is not null`),
  ],
)

/** All that was ever said of a prediction, in order of `id`; the latest stands in its row as well. */
export const predictionFeedback = pgTable(
  'prediction_feedback',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    predictionId: uuid('prediction_id')
      .notNull()
      .references(() => predictions.id, { onDelete: 'cascade' }),
    value: json().notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('prediction_feedback_by_prediction').on(table.predictionId, table.id)],
)
