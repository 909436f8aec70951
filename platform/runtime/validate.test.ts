import { expect, test } from 'vitest'
import { z } from 'zod'
import type { InletError } from './errors.ts'
import { float32Number, text } from './input-schemas.ts'
import { validate } from './validate.ts'

const problemsOf = (schema: z.ZodType, value: unknown) => {
  try {
    validate(schema, value)
  } catch (thrown) {
    return (thrown as InletError).problems
  }
  return []
}

const rows = z.strictObject({ features: z.array(z.array(float32Number).length(2)) })

test('a value that fits comes back parsed', () => {
  expect(validate(z.object({ limit: z.coerce.number() }), { limit: '5' })).toEqual({ limit: 5 })
})

test('a missing field is named', () => {
  expect(problemsOf(rows, {})).toEqual([{ field: 'features', reason: 'is required' }])
})

test('an unknown field is named', () => {
  const problems = problemsOf(rows, { features: [], versoin: '1' })
  expect(problems).toEqual([{ field: 'versoin', reason: 'is not a known field' }])
})

test('a field inside lists is named by its place', () => {
  const problems = problemsOf(rows, {
    features: [
      [1, 2],
      [3, '4'],
    ],
  })
  expect(problems).toEqual([{ field: 'features.1.1', reason: 'must be a finite number' }])
})

test.each([Infinity, -Infinity, Number.NaN])('%s is no finite number', (value) => {
  expect(problemsOf(float32Number, value)).toMatchObject([{ reason: 'must be a finite number' }])
})

test.each([3.5e38, -1e300])('%s is beyond a 32-bit float', (value) => {
  expect(problemsOf(float32Number, value)).toMatchObject([{ reason: 'must fit in a 32-bit float' }])
})

test('the wrong kind of body is called by its kind', () => {
  expect(problemsOf(rows, [])).toEqual([{ field: '', reason: 'must be an object' }])
})

const either = z.union([
  z.strictObject({ text: text(9) }),
  z.strictObject({ texts: z.array(text(9)) }),
])

test('of several forms the one that was meant is explained', () => {
  expect(problemsOf(either, { texts: ['a', 5] })).toEqual([
    { field: 'texts.1', reason: 'must be a string' },
  ])
  expect(problemsOf(either, { text: 5 })).toEqual([{ field: 'text', reason: 'must be a string' }])
})

test.each([
  ['', 'must not be empty'],
  [' \n\t', 'must not be empty'],
  ['\u200b\u00a0', 'must not be empty'],
  ['0123456789', 'must have at most 9 characters'],
  ['\ud800', 'must not hold a lone surrogate'],
  ['a\0b', 'must not hold U+0000'],
])('the text %j %s', (value, reason) => {
  expect(problemsOf(text(9), value)).toEqual([{ field: '', reason }])
})

test('a whole table of mistakes is answered with the first twenty', () => {
  expect(
    problemsOf(rows, { features: Array.from({ length: 500 }, () => ['x', 'y']) }),
  ).toHaveLength(20)
})

test('no message holds the value', () => {
  const problems = problemsOf(either, { text: ['secret'], secret: 'secret value' })
  expect(JSON.stringify(problems)).not.toContain('secret value')
})
