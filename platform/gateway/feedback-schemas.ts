import { z } from 'zod'

/** As many as a prediction may have rows. */
const MOST_INSTANCES = 1_000

const oneLabel = z.string({ error: 'must be one of the labels of the version that answered' })

/** What a caller says of a prediction; which of the three fits is the model's and the prediction's matter. */
export const feedbackBody = z.union([
  z.strictObject({ label: oneLabel.describe('What the only instance should have been') }),
  z.strictObject({
    labels: z
      .array(oneLabel.nullable(), { error: 'must be a list of labels' })
      .min(1, { error: 'must have one label for each instance' })
      .max(MOST_INSTANCES, { error: `must have at most ${MOST_INSTANCES} labels` })
      .describe('The same of each instance, in their order; null where you do not know'),
  }),
  z.strictObject({
    correct: z
      .boolean({ error: 'must be true or false' })
      .describe('Of a model without labels: whether the answer was good'),
  }),
])

export type FeedbackBody = z.infer<typeof feedbackBody>

export const feedbackExamples = {
  label: { value: { label: 'positive' } },
  labels: { value: { labels: ['positive', null, 'negative'] } },
  correct: { value: { correct: true } },
}

const confidence = z.number().describe('Of the answer, 0 to 1')

/** As it is kept. */
export const feedback = z.object({
  instances: z.array(
    z.object({
      label: z.string().nullable().optional().describe('What it should have been'),
      answer: z.string().optional().describe('What was answered'),
      confidence: confidence.optional(),
      correct: z.boolean().nullable().describe('Null where nobody knows'),
    }),
  ),
})

export const feedbackAnswer = z.object({
  prediction_id: z.uuid(),
  feedback,
  feedback_at: z.iso.datetime().describe('When this was said first'),
})
