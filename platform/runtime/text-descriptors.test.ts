import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { describeText } from './text-descriptors.ts'

type Case = { case: string; text: string; descriptors: ReturnType<typeof describeText> }

const file = path.join(import.meta.dirname, 'descriptors.golden.json')
const { texts } = JSON.parse(await readFile(file, 'utf8')) as { texts: Case[] }

test.each(texts)('$case: as counted by hand', ({ text, descriptors }) => {
  expect(describeText(text)).toEqual(descriptors)
})

test('the counted texts hold what counts differently elsewhere', () => {
  const all = texts.map(({ text }) => text)
  expect(all).toContain('')
  for (const pattern of [/\p{Script=Han}/u, /\p{RGI_Emoji}/v, /(?=[\u{10000}-\u{10ffff}])\p{L}/u]) {
    expect(all.some((text) => pattern.test(text))).toBe(true)
  }
})
