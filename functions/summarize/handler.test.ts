import { expect, test } from 'vitest'
import { startTestFunction } from '#platform/testing/function.ts'

const summarize = await startTestFunction('summarize')

type Sentence = { index: number; text: string; score: number }

const ARTICLE = `The town of Brenmoor will close its coal plant in March. Officials said on Monday that the
decision followed two years of talks. "We had to choose," said Dr. Ines Varga, who led them. The weather was mild.
The plant employs 340 people and heats 9,000 homes. A new heat network, paid for by the region, is to replace it by
2027. Ms. Okafor, whose family has worked there since 1961, was not consoled. Somebody had left an umbrella on a chair.
Critics fear that bills will rise by 4.5 percent before the network is ready.`

test('the summary holds whole sentences of the text in their order', async () => {
  const { status, body } = await summarize.predict({ text: ARTICLE })
  expect(status).toBe(200)
  const sentences = body['sentences'] as Sentence[]
  expect(sentences).toHaveLength(3)
  expect(sentences.map(({ index }) => index)).toEqual(
    sentences.map(({ index }) => index).toSorted((a, b) => a - b),
  )
  const flat = ARTICLE.replaceAll(/\s+/g, ' ')
  for (const { text } of sentences) expect(flat).toContain(text)
  expect(body['summary']).toBe(sentences.map(({ text }) => text).join(' '))
  expect(body['confidence']).toBeUndefined()
})

test('what matters is chosen before what does not', async () => {
  const { body } = await summarize.predict({ text: ARTICLE })
  expect(body['summary']).toContain('heat network')
  expect(body['summary']).not.toContain('umbrella')
})

test('a text is never repeated to fill a summary', async () => {
  const { body } = await summarize.predict({
    text: 'One thing happened. Nothing else did.',
    sentences: 5,
  })
  expect(body['sentences']).toHaveLength(2)
})

test('a document of twenty thousand words is summarized', async () => {
  const sentence = (index: number): string =>
    `In year ${1000 + index} the council of district ${index} counted its bridges, repaired some of them, and wrote down what the work had cost.`
  const text = Array.from({ length: 850 }, (_, index) => sentence(index)).join(' ')
  expect(text.split(' ').length).toBeGreaterThan(19_000)
  const { status, body } = await summarize.predict({ text, sentences: 5 })
  expect(status).toBe(200)
  expect(body['sentences']).toHaveLength(5)
})

test.each([
  [{ text: '' }, 'text', 'must not be empty'],
  [{ text: '?!' }, 'text', 'must hold at least one word'],
  [{ text: 'It rained. '.repeat(3_001) }, 'text', 'must have at most 3000 sentences, has 3001'],
  [{ text: 'x'.repeat(200_001) }, 'text', 'must have at most 200000 characters'],
  [{ text: 'ok', sentences: 0 }, 'sentences', 'must be at least 1'],
  [{ text: 'ok', sentences: 1.5 }, 'sentences', 'must be a whole number from 1 to 50'],
  [{ text: 'ok', sentences: '3' }, 'sentences', 'must be a whole number from 1 to 50'],
  [{ sentences: 3 }, 'text', 'is required'],
])('input %# is refused with its field', async (input, field, reason) => {
  const { status, body } = await summarize.predict(input)
  expect(status).toBe(422)
  expect(body['errors']).toContainEqual({ field, reason })
})
