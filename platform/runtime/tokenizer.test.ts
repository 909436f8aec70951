import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { FUNCTIONS } from '../testing/model-folder.ts'
import { createTokenizer } from './tokenizer.ts'

type Golden = { text: string; ids: number[]; exception?: string }

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'))
const tokenizerFile = path.join(FUNCTIONS, 'summarize/versions/1.0.0/tokenizer.json')
const tokenize = createTokenizer(await readJson(tokenizerFile))
const golden = (await readJson(path.join(import.meta.dirname, 'tokenizer.golden.json'))) as Golden[]

test('the golden list is as long and as varied as it must be', () => {
  expect(golden.length).toBeGreaterThanOrEqual(300)
  expect(golden.some(({ text }) => text === '')).toBe(true)
  expect(golden.some(({ text }) => text.length > 2000)).toBe(true)
  expect(golden.some(({ text }) => /\p{Script=Han}/u.test(text))).toBe(true)
  expect(golden.some(({ text }) => /\p{Emoji_Presentation}/u.test(text))).toBe(true)
})

test('ids are those of the reference tokenizer', () => {
  for (const { text, ids, exception } of golden) {
    if (exception === undefined)
      expect(tokenize(text), JSON.stringify(text.slice(0, 80))).toEqual(ids)
  }
})

test('each exception is still one, and has its reason', () => {
  const exceptions = golden.filter(({ exception }) => exception !== undefined)
  for (const { text, ids, exception } of exceptions) {
    expect(exception).not.toBe('')
    expect(tokenize(text), JSON.stringify(text.slice(0, 80))).not.toEqual(ids)
  }
  expect(exceptions.length).toBeLessThan(golden.length / 20)
})

test('a text of any length gives at most 256 ids, the last one [SEP]', () => {
  const ids = tokenize('word '.repeat(20_000))
  expect(ids).toHaveLength(256)
  expect(ids.at(-1)).toBe(102)
})
