import { defineFunction, float32, float32Number, indexOfLargest, round, rowsOf, z } from '#runtime'
import type { VersionAssets } from '#runtime'

const MEASUREMENTS = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'] as const
const WIDTH = MEASUREMENTS.length
const MOST_ROWS = 1_000

export default defineFunction({
  input: z.strictObject({
    features: z
      .array(
        z
          .array(float32Number)
          .min(WIDTH, { error: `must have ${WIDTH} numbers` })
          .max(WIDTH, { error: `must have ${WIDTH} numbers` })
          .describe('Sepal length, sepal width, petal length, petal width, in centimetres'),
        { error: 'must be a list of rows' },
      )
      .min(1, { error: 'must have at least one row' })
      .max(MOST_ROWS, { error: `must have at most ${MOST_ROWS} rows` }),
  }),
  answer: z.object({
    predictions: z.array(z.int()).describe('Class of each row: an index into the labels'),
    labels: z.array(z.string()).describe('Species of each row'),
    probabilities: z.array(z.array(z.number())),
  }),
  example: { features: [[5.1, 3.5, 1.4, 0.2]] },
  setup: ({ labels }: VersionAssets) => ({ labels }),
  preprocess: ({ features }) => ({ instances: [{ features: float32(features) }], carry: null }),
  postprocess: ([outputs], _, { labels }) => {
    const probabilities = rowsOf(outputs!, 'probabilities')
    const predictions = probabilities.map(indexOfLargest)
    const answer = {
      predictions,
      labels: predictions.map((index) => labels[index]!),
      probabilities: probabilities.map((row) => row.map((value) => round(value))),
    }
    return { answer, confidences: probabilities.map((row) => Math.max(...row)) }
  },
  outcomes: ({ labels, probabilities }) =>
    labels.map((label, row) => ({ label, confidence: Math.max(...probabilities[row]!) })),
  features: ({ features }) =>
    features.map((row) => Object.fromEntries(row.map((value, at) => [MEASUREMENTS[at]!, value]))),
})
