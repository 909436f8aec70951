import { z } from 'zod'
import { instant, rowLimit } from './schemas.ts'

const unit = z.number().nullable()

const measures = {
  predictions: z.int().describe('Successful answers'),
  labelled_predictions: z.int().describe('Those that have feedback'),
  labelled_instances: z.int().describe('Rows or texts of these of which somebody knows'),
  accuracy: unit.describe('Share of the labelled instances that were right'),
  accuracy_interval_95: z.tuple([z.number(), z.number()]).nullable().describe("Wilson's"),
  mean_confidence: unit.describe('Of all successful answers; of several instances the lowest'),
  expected_calibration_error: unit.describe('Over the labelled instances, 10 bins of confidence'),
}

export const qualityQuery = z.strictObject({
  from: instant.optional().describe('Predictions made at this time or later; 7 days ago if absent'),
  to: instant.optional().describe('Predictions made before this time; now if absent'),
  bucket: z
    .enum(['hour', 'day'], { error: 'must be hour or day' })
    .default('day')
    .describe('Hours or days of UTC'),
})

export const quality = z.object({
  model: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  bucket: z.enum(['hour', 'day']),
  versions: z.array(
    z.object({
      version: z.string(),
      ...measures,
      buckets: z
        .array(z.object({ start: z.iso.datetime(), ...measures }))
        .describe('Those in which something was predicted'),
    }),
  ),
})

export const labelledQuery = z.strictObject({
  version: z.string().optional().describe('Only this version'),
  limit: rowLimit(10_000, 1_000),
  cursor: z.string().max(512).optional().describe('That of the link to the next page'),
})

export const labelledTable = z
  .string()
  .describe(
    'RFC 4180 with a header: prediction_id, created_at, version, input, answer, label, feedback_at. The header Link leads to the next page',
  )
