import { defineFunction, describeImage, indexOfLargest, round, rowsOf, tensor, z } from '#runtime'

const SIDE = 8
const DARKEST = 16

const EXAMPLE = [
  [0, 0, 5, 13, 9, 1, 0, 0],
  [0, 0, 13, 15, 10, 15, 5, 0],
  [0, 3, 15, 2, 0, 11, 8, 0],
  [0, 4, 12, 0, 0, 8, 8, 0],
  [0, 5, 8, 0, 0, 9, 8, 0],
  [0, 4, 11, 0, 1, 12, 7, 0],
  [0, 2, 14, 5, 10, 12, 0, 0],
  [0, 0, 6, 13, 10, 0, 0, 0],
]

const pixel = z
  .number({ error: 'must be a number from 0 to 16' })
  .min(0, { error: 'must be at least 0' })
  .max(DARKEST, { error: `must be at most ${DARKEST}` })

export default defineFunction({
  input: z.strictObject({
    image: z
      .array(
        z
          .array(pixel)
          .min(SIDE, { error: `must have ${SIDE} numbers` })
          .max(SIDE, { error: `must have ${SIDE} numbers` }),
        {
          error: `must be ${SIDE} rows of ${SIDE} numbers`,
        },
      )
      .min(SIDE, { error: `must have ${SIDE} rows` })
      .max(SIDE, { error: `must have ${SIDE} rows` })
      .describe('Rows from top to bottom; 0 is background, 16 is ink'),
  }),
  answer: z.object({
    digit: z.int().min(0).max(9),
    probabilities: z.array(z.number()).length(10),
    confidence: z.number(),
  }),
  example: { image: EXAMPLE },
  setup: () => null,
  preprocess: ({ image }) => ({
    instances: [{ image: tensor(Float32Array.from(image.flat()), [1, SIDE, SIDE]) }],
    carry: null,
  }),
  postprocess: ([outputs]) => {
    const probabilities = rowsOf(outputs!, 'probabilities')[0]!
    const digit = indexOfLargest(probabilities)
    const confidence = round(probabilities[digit]!)
    const answer = { digit, probabilities: probabilities.map((value) => round(value)), confidence }
    return { answer, confidences: [confidence] }
  },
  outcomes: ({ digit, confidence }) => [{ label: String(digit), confidence }],
  features: ({ image }) => [describeImage(image)],
})
