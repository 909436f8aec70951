import { defineFunction, describeText, round, rowsOf, text, z } from '#runtime'
import { createEncoder } from './encode.ts'

/** The model reads the first 256 tokens, some 1,200 characters; longer texts are cut there. */
const MOST_CHARACTERS = 10_000
const MOST_TEXTS = 128

const one = text(MOST_CHARACTERS)
const many = z
  .array(one, { error: 'must be a list of strings' })
  .min(1, { error: 'must have at least one text' })
  .max(MOST_TEXTS, { error: `must have at most ${MOST_TEXTS} texts` })

const sentiment = z.object({
  label: z.enum(['positive', 'negative']),
  score: z.number().describe('Probability that the text is positive'),
  confidence: z.number().describe('Probability of the label'),
})

const read = (score: number): z.infer<typeof sentiment> => {
  const rounded = round(score)
  return {
    label: rounded >= 0.5 ? 'positive' : 'negative',
    score: rounded,
    confidence: round(Math.max(rounded, 1 - rounded)),
  }
}

export default defineFunction({
  input: z.union([z.strictObject({ text: one }), z.strictObject({ texts: many })]),
  answer: z.union([sentiment, z.object({ results: z.array(sentiment) })]),
  example: { text: 'The room was small, but I would stay there again tomorrow.' },
  setup: createEncoder,
  preprocess: (input, encode) => {
    const isOne = 'text' in input
    const texts = isOne ? [input.text] : input.texts
    return { instances: texts.map(encode), carry: isOne }
  },
  postprocess: (outputs, isOne) => {
    const results = outputs.map((output) => read(rowsOf(output, 'probabilities')[0]![1]!))
    return {
      answer: isOne ? results[0]! : { results },
      confidences: results.map(({ confidence }) => confidence),
    }
  },
  outcomes: (answer) => ('results' in answer ? answer.results : [answer]),
  features: (input) => ('text' in input ? [input.text] : input.texts).map(describeText),
})
