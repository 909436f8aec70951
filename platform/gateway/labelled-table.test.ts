import { expect, test } from 'vitest'
import type { Feedback } from '#db/feedback.ts'
import { recordWith } from '#db/testing/records.ts'
import { labelledTable } from './labelled-table.ts'

const HEADER = 'prediction_id,created_at,version,input,answer,label,feedback_at'

const linesOf = async (fields: object, ...instances: Feedback['instances']) => {
  const row = { ...recordWith({ id: 'an-id', ...fields }), feedback: { instances } }
  const rows = async function* () {
    yield { ...row, feedbackAt: new Date('2026-03-02T09:00:00Z') }
  }
  const bytes = await Array.fromAsync(labelledTable(rows()))
  const text = Buffer.concat(bytes).toString('utf8')
  expect(text.startsWith(`${HEADER}\r\n`)).toBe(true)
  return text.slice(HEADER.length + 2)
}

const START = 'an-id,2026-03-01T12:00:00.123Z,1.0.0,'
const END = ',2026-03-02T09:00:00.000Z\r\n'

test('one instance has a plain answer and label', async () => {
  const said = { label: 'negative', answer: 'positive', confidence: 0.9, correct: false }
  expect(await linesOf({ input: { text: 'Fine' } }, said)).toBe(
    `${START}"{""text"":""Fine""}",positive,negative${END}`,
  )
})

test('several instances have lists of as many', async () => {
  const one = { label: 'a, "b"', answer: 'a', correct: false }
  expect(await linesOf({ input: null }, one, { label: null, answer: 'c', correct: null })).toBe(
    `${START}null,"[""a"",""c""]","[""a, \\""b\\"""",null]"${END}`,
  )
})

test('a model without labels has its whole answer, and what was said of it', async () => {
  const fields = { input: 1, output: { summary: 'Short.' } }
  const answer = '"{""summary"":""Short.""}"'
  expect(await linesOf(fields, { correct: true })).toBe(`${START}1,${answer},correct${END}`)
  expect(await linesOf(fields, { correct: false })).toBe(`${START}1,${answer},incorrect${END}`)
})

test.each([
  ['a comma', 'a,b', '"a,b"'],
  ['a quote', 'a"b', '"a""b"'],
  ['a new line', 'a\nb', '"a\nb"'],
  ['a return', 'a\rb', '"a\rb"'],
])('%s is quoted', async (_, label, written) => {
  const line = await linesOf({ input: 1 }, { label, answer: 'x', correct: false })
  expect(line).toBe(`${START}1,x,${written}${END}`)
})
