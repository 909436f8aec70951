import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { splitSentences } from './sentences.ts'

test.each([
  ['Dr. Smith met Mrs. Jones. They spoke.', ['Dr. Smith met Mrs. Jones.', 'They spoke.']],
  ['It costs 3.50 dollars. Buy it.', ['It costs 3.50 dollars.', 'Buy it.']],
  ['Fruit, e.g. apples, keeps. Eat it.', ['Fruit, e.g. apples, keeps.', 'Eat it.']],
  ['“Stop!” she said. He stopped.', ['“Stop!” she said.', 'He stopped.']],
  ['"Why?" he asked. "Because."', ['"Why?" he asked.', '"Because."']],
  ['See No. 5 on p. 12. It is there.', ['See No. 5 on p. 12.', 'It is there.']],
  ['J. R. Ewing left. Nobody cried.', ['J. R. Ewing left.', 'Nobody cried.']],
  ['He lives in the U.S. She does not.', ['He lives in the U.S.', 'She does not.']],
  ['The U.S. economy grew. Prices fell.', ['The U.S. economy grew.', 'Prices fell.']],
  ['They met at 5 p.m. on Monday. It rained.', ['They met at 5 p.m. on Monday.', 'It rained.']],
  ['Acme Inc. and others came. All left.', ['Acme Inc. and others came.', 'All left.']],
  ['Wait... what? Yes!', ['Wait... what?', 'Yes!']],
  ['It was I. Then came you.', ['It was I.', 'Then came you.']],
  ['One line\nwrapped. Two.', ['One line wrapped.', 'Two.']],
  ['A heading\n\nA first sentence.', ['A heading', 'A first sentence.']],
  ['No full stop at the end', ['No full stop at the end']],
  [
    'Temperatures fell to -3.5 °C on Jan. 4. Snow came.',
    ['Temperatures fell to -3.5 °C on Jan. 4.', 'Snow came.'],
  ],
  ['(He was late.) She was not.', ['(He was late.)', 'She was not.']],
  [
    'Version 2.0.1 is out. Get it at example.com. Now.',
    ['Version 2.0.1 is out.', 'Get it at example.com.', 'Now.'],
  ],
  ['?! ... —', []],
])('%j', (text, sentences) => {
  expect(splitSentences(text)).toEqual(sentences)
})

test.each(['a.', 'A. ', '"!', '.)', 'x'])(
  'two hundred thousand characters of %j are split in linear time',
  (part) => {
    const text = part.repeat(200_000 / part.length)
    expect(splitSentences(`${text}! Next.`).join('').length).toBeGreaterThan(0)
  },
)

type Document = { id: string; text: string; key_sentences: string[] }

const folder = path.resolve(import.meta.dirname, '../../training/data/summarize')
const documents = ['development', 'test'].flatMap((name) =>
  readFileSync(path.join(folder, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Document),
)

test.each(documents.map((document) => [document.id, document] as const))(
  'the document %s is split where its editor did, and nothing of it is lost',
  (_, { text, key_sentences: wanted }) => {
    const sentences = splitSentences(text)
    for (const sentence of wanted) expect(sentences).toContain(sentence.replaceAll(/\s+/g, ' '))
    expect(sentences.join(' ')).toBe(text.replaceAll(/\s+/g, ' ').trim())
  },
)
