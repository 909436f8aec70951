import {
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
  // The only index besides the keys: every list is made of the newest rows of some versions, so that one index
  // serves them all and a write pays for no second one. Ascending, because scanned backwards it serves
  // `desc, desc` without a NULLS option.
  (table) => [
    index('predictions_by_version_and_time').on(table.modelVersionId, table.createdAt, table.id),
  ],
)
