import { z } from 'zod'
import type { Model } from '#platform/runtime/read-models.ts'
import { ERRORS, type ErrorCode } from '#platform/runtime/errors.ts'
import { feedback } from './feedback-schemas.ts'

/** Years that both Postgres and JavaScript write with four digits, whatever the offset. */
export const instant = z.iso
  .datetime({
    offset: true,
    error: 'must be a time such as 2026-01-31T12:00:00Z, its + sent as %2B',
  })
  .refine((value) => !/^(?:000[01]|9999)/.test(value), {
    error: 'must be of a year from 0002 to 9998',
  })
const uuid = z.guid({ error: 'must be a UUID' })

export const health = z.object({ status: z.literal('healthy') })

export const ready = z.object({ status: z.literal('ready') })

const modelVersion = z.object({
  version: z.string(),
  tag: z.string().describe('Prefix of the version’s own address'),
  description: z.string(),
  labels: z.array(z.string()),
  is_default: z.boolean(),
  quality: z
    .record(z.string(), z.unknown())
    .describe('What the training script measured, and on what'),
})

export const modelDescription = z.object({
  name: z.string(),
  title: z.string(),
  task: z.string(),
  description: z.string(),
  aliases: z.array(z.string()),
  default_version: z.string(),
  versions: z.array(modelVersion),
  example: z.unknown().describe('A body that /predict takes'),
})

export const modelList = z.object({ models: z.array(modelDescription) })

/** What every prediction request has; the rest is the model's own input. */
export const predictEnvelope = z.looseObject({
  model: z.string({ error: 'must be the name of a model' }),
  version: z.string({ error: 'must be a version such as 1.0.0' }).optional(),
})

export const predictAnswer = z.object({
  prediction_id: z.uuid(),
  model: z.string(),
  version: z.string(),
  result: z.record(z.string(), z.unknown()).describe("The function's answer"),
  confidence: z
    .number()
    .nullable()
    .describe('0 to 1, the lowest of several instances; null where the model has none'),
  processing_time_ms: z.number().describe('Milliseconds in the function'),
  recorded: z
    .literal(false)
    .optional()
    .describe('Only when the prediction log is behind: the row will be readable later'),
})

export const prediction = z.object({
  prediction_id: z.uuid(),
  model: z.string(),
  version: z.string(),
  revision: z.string(),
  status: z.int().describe('HTTP status that the function answered'),
  error_code: z.string().nullable(),
  input: z.unknown().describe('As RECORD_INPUT keeps it: the input, its sha256, or null'),
  result: z.unknown().describe("The function's answer; null when it failed"),
  confidence: z.number().nullable(),
  processing_time_ms: z.number(),
  created_at: z.iso.datetime(),
  request_id: z.string().nullable(),
  trace_id: z.string().nullable(),
  feedback: feedback.nullable().describe('What was said of it last'),
  feedback_at: z.iso.datetime().nullable(),
})

export const predictionList = z.object({
  predictions: z.array(prediction),
  next_cursor: z
    .string()
    .nullable()
    .describe('Pass it as cursor for the next page; null on the last'),
})

export const predictionPath = z.strictObject({ id: uuid })

export const modelPath = z.strictObject({ model: z.string() })

/** A query parameter: how many rows, from 1 to `most`. */
export const rowLimit = (most: number, usual: number) =>
  z.coerce
    .number({ error: `must be a whole number from 1 to ${most}` })
    .int({ error: `must be a whole number from 1 to ${most}` })
    .min(1, { error: 'must be at least 1' })
    .max(most, { error: `must be at most ${most}` })
    .default(usual)

export const predictionQuery = z.strictObject({
  model: z.string().optional().describe('Only predictions of this model, by name or alias'),
  version: z.string().optional().describe('Only this version; needs model'),
  from: instant.optional().describe('Only predictions made at this time or later'),
  to: instant.optional().describe('Only predictions made before this time'),
  limit: rowLimit(200, 50),
  cursor: z.string().max(512).optional().describe('next_cursor of the page before'),
})

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    errors: z
      .array(z.object({ field: z.string(), reason: z.string() }))
      .optional()
      .describe('Each field that does not fit'),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' })

const withEnvelope = (input: z.ZodType, envelope: z.ZodRawShape): z.ZodType => {
  if (input instanceof z.ZodObject) return input.extend(envelope)
  if (input instanceof z.ZodUnion) {
    return z.union((input.options as z.ZodType[]).map((option) => withEnvelope(option, envelope)))
  }
  throw new Error('a function takes an object, or one of several objects')
}

/** The bodies that POST /api/v1/predict takes, one alternative or more per model; for OpenAPI. */
export const predictRequest = (models: readonly Model[]): z.ZodType => {
  const alternatives = models.map(({ card, definition }) => {
    const versions = Object.keys(card.versions) as [string, ...string[]]
    return withEnvelope(definition.input, {
      model: z.enum([card.name, ...card.aliases]),
      version: z.enum(versions).optional(),
    })
  })
  return z.union(alternatives)
}
