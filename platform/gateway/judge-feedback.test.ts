import path from 'node:path'
import { expect, test } from 'vitest'
import { recordWith } from '#db/testing/records.ts'
import { InletError } from '#platform/runtime/errors.ts'
import { readModel } from '#platform/runtime/read-models.ts'
import { judgeFeedback } from './judge-feedback.ts'

const iris = await readModel(path.resolve(import.meta.dirname, '../../functions/iris'))
const ANSWER = { predictions: [0], labels: ['setosa'], probabilities: [[0.9, 0.06, 0.04]] }

const judge = (fields: object) =>
  judgeFeedback(
    iris,
    { ...recordWith({ output: ANSWER, ...fields }), feedback: null, feedbackAt: null },
    { label: 'virginica' },
  )

const refusalOf = (fields: object): InletError => {
  try {
    judge(fields)
  } catch (thrown) {
    if (thrown instanceof InletError) return thrown
  }
  throw new Error('it was not refused')
}

test('an instance keeps what was said, what was answered, and how sure that was', () => {
  const instance = { label: 'virginica', answer: 'setosa', confidence: 0.9, correct: false }
  expect(judge({})).toEqual({ instances: [instance] })
})

test.each([
  ['failed', { output: null, status: 500 }],
  ['was answered in another shape', { output: { predictions: ['setosa'] } }],
])('a prediction that %s takes none', (_, fields) => {
  expect(refusalOf(fields)).toMatchObject({ code: 'invalid_input', problems: [{ field: 'id' }] })
})

test.each(['0.9.0', 'constructor'])('the labels of version %s are not known', (version) => {
  const { code, message } = refusalOf({ version })
  expect(code).toBe('unknown_version')
  expect(message).toContain(`Version ${version} of iris`)
})
