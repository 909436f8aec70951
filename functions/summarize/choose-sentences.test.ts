import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startTestFunction } from '#platform/testing/function.ts'
import { chooseSentences } from './choose-sentences.ts'

const at = (angle: number, text: string) => ({
  text,
  embedding: new Float32Array([Math.cos(angle), Math.sin(angle)]),
})
const LONG = 'This sentence has more than the eight words that it takes.'

test('what is said more than once is chosen before what stands alone', () => {
  const candidates = [1.5, 0, 0.1, 0.2, 0.3, 0.4, 3].map((angle) => at(angle, LONG))
  expect(chooseSentences(candidates, 1).map(({ index }) => index)).toEqual([3])
})

test('the second sentence is not the twin of the first', () => {
  const candidates = [at(0, LONG), at(0, LONG), at(1, LONG), at(1, LONG)]
  expect(chooseSentences(candidates, 2).map(({ index }) => index)).toEqual([0, 2])
})

test('a few words are chosen only when nothing else is left', () => {
  const candidates = [at(0, 'No.'), at(0.1, LONG)]
  expect(chooseSentences(candidates, 1).map(({ index }) => index)).toEqual([1])
  expect(chooseSentences(candidates, 5).map(({ index }) => index)).toEqual([0, 1])
})

test('a text of one sentence is about that', () => {
  expect(chooseSentences([at(0, LONG)], 3)).toEqual([{ index: 0, centrality: 1 }])
})

test('whole documents give the sentences that were measured in Python', async () => {
  const summarize = await startTestFunction('summarize')
  const golden = JSON.parse(
    await readFile(new URL('golden/summaries.json', import.meta.url), 'utf8'),
  ) as { text: string; indices: number[] }[]
  expect(golden.length).toBeGreaterThanOrEqual(20)
  for (const { text, indices } of golden) {
    const { body } = await summarize.predict({ text })
    expect((body['sentences'] as { index: number }[]).map(({ index }) => index)).toEqual(indices)
  }
})
