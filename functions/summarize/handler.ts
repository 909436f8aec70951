import {
  createTokenizer,
  defineFunction,
  describeText,
  InletError,
  int64Row,
  round,
  text,
  z,
} from '#runtime'
import type { VersionAssets } from '#runtime'
import { chooseSentences } from './choose-sentences.ts'
import { splitSentences } from './sentences.ts'

/** Some 30,000 words. */
const MOST_CHARACTERS = 200_000
/** Bounds the work of one request: a text of one-word sentences would have tens of thousands. */
const MOST_SENTENCES = 3_000
const DEFAULT_COUNT = 3
const MOST_COUNT = 50

export default defineFunction({
  input: z.strictObject({
    text: text(MOST_CHARACTERS),
    sentences: z
      .int({ error: `must be a whole number from 1 to ${MOST_COUNT}` })
      .min(1, { error: 'must be at least 1' })
      .max(MOST_COUNT, { error: `must be at most ${MOST_COUNT}` })
      .optional()
      .describe(`How many sentences to keep; ${DEFAULT_COUNT} when absent`),
  }),
  answer: z.object({
    summary: z.string().describe('The chosen sentences, in the order of the text'),
    sentences: z.array(
      z.object({
        index: z.int().describe('Position among the sentences of the text, from 0'),
        text: z.string(),
        score: z
          .number()
          .describe(
            'Mean cosine to the sentences nearest to it: how much of the text is about this',
          ),
      }),
    ),
  }),
  example: {
    text:
      'The ferry to Holm has run since 1911. Last winter its engine failed twice, and islanders ' +
      'waited days for medicine. The council now plans an electric ferry that needs no engine room. ' +
      'Dr. Lind, who lives on Holm, called the plan overdue. It is to sail in spring.',
    sentences: 2,
  },
  setup: (assets: VersionAssets) => createTokenizer(assets.json('tokenizer.json')),
  preprocess: (input, tokenize) => {
    const sentences = splitSentences(input.text)
    if (sentences.length === 0 || sentences.length > MOST_SENTENCES) {
      const reason =
        sentences.length === 0
          ? 'must hold at least one word'
          : `must have at most ${MOST_SENTENCES} sentences, has ${sentences.length}`
      throw new InletError('invalid_input', { problems: [{ field: 'text', reason }] })
    }
    const instances = sentences.map((sentence) => {
      const ids = tokenize(sentence)
      return { input_ids: int64Row(ids), attention_mask: int64Row(ids.map(() => 1)) }
    })
    return { instances, carry: { sentences, count: input.sentences ?? DEFAULT_COUNT } }
  },
  postprocess: (outputs, { sentences, count }) => {
    const candidates = outputs.map(({ embeddings }, index) => ({
      text: sentences[index]!,
      embedding: embeddings!.data as Float32Array,
    }))
    const chosen = chooseSentences(candidates, count).map(({ index, centrality }) => ({
      index,
      text: sentences[index]!,
      score: round(centrality),
    }))
    const summary = chosen.map((sentence) => sentence.text).join(' ')
    return {
      answer: { summary, sentences: chosen },
      confidences: [],
      embeddings: candidates.map(({ embedding }) => embedding),
    }
  },
  features: (input) => [describeText(input.text)],
})
