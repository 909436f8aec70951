import { describe, expect, test } from 'vitest'
import { startTestFunction } from '#platform/testing/function.ts'
import { ngramsOf } from './encode.ts'

test('n-grams are words and pairs of neighbours, once each', () => {
  expect([...ngramsOf('Not bad, NOT bad! It’s fine')]).toEqual([
    'not',
    'bad',
    '!',
    "it's",
    'fine',
    'not bad',
    'bad not',
    'bad !',
    "! it's",
    "it's fine",
  ])
})

describe.each(['1.0.0', '2.0.0'])('version %s', async (version) => {
  const sentiment = await startTestFunction('sentiment', version)

  test('a text is answered with its label, score and confidence', async () => {
    const { status, body } = await sentiment.predict({ text: 'Wonderful, I love it!' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ label: 'positive', model_version: version })
    const score = body['score'] as number
    expect(body['confidence']).toBeCloseTo(Math.max(score, 1 - score), 5)
  })

  test('several texts are answered in their order, each as if it were alone', async () => {
    const texts = [
      'Terrible service, never again.',
      'A delightful evening.',
      'ok',
      '😀'.repeat(300),
    ]
    const { body } = await sentiment.predict({ texts })
    const results = body['results'] as { score: number }[]
    for (const [index, text] of texts.entries()) {
      const alone = await sentiment.predict({ text })
      expect(results[index]!.score).toBeCloseTo(alone.body['score'] as number, 4)
    }
  })

  test.each(['🦄', '漢字', 'ﬁ', '\u200b-', 'e\u0301', '…', 'x'.repeat(10_000)])(
    'the odd text %# has an answer',
    async (text) => {
      expect((await sentiment.predict({ text })).status).toBe(200)
    },
  )
})

const sentiment = await startTestFunction('sentiment')

test.each([
  [{ text: '' }, 'text', 'must not be empty'],
  [{ text: ' \n' }, 'text', 'must not be empty'],
  [{ text: 'x'.repeat(10_001) }, 'text', 'must have at most 10000 characters'],
  [{ text: '\ud83d' }, 'text', 'must not hold a lone surrogate'],
  [{ text: 'a\0b' }, 'text', 'must not hold U+0000'],
  [{ text: 5 }, 'text', 'must be a string'],
  [{ texts: [] }, 'texts', 'must have at least one text'],
  [{ texts: ['a', ''] }, 'texts.1', 'must not be empty'],
  [{ texts: Array(129).fill('a') }, 'texts', 'must have at most 128 texts'],
  [{ text: 'a', texts: ['b'] }, 'texts', 'is not a known field'],
  [{}, 'text', 'is required'],
])('input %# is refused with its field', async (input, field, reason) => {
  const { status, body } = await sentiment.predict(input)
  expect(status).toBe(422)
  expect(body['errors']).toContainEqual({ field, reason })
})
