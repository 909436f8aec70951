import { expect, test } from 'vitest'
import { startTestFunction } from '#platform/testing/function.ts'

const digits = await startTestFunction('digits')

/** The first rows of scikit-learn's digits: a one, a two. */
const ONE = [
  [0, 0, 0, 12, 13, 5, 0, 0],
  [0, 0, 0, 11, 16, 9, 0, 0],
  [0, 0, 3, 15, 16, 6, 0, 0],
  [0, 7, 15, 16, 16, 2, 0, 0],
  [0, 0, 1, 16, 16, 3, 0, 0],
  [0, 0, 1, 16, 16, 6, 0, 0],
  [0, 0, 1, 16, 16, 6, 0, 0],
  [0, 0, 0, 11, 16, 10, 0, 0],
]

test('an image is answered with its digit and ten probabilities', async () => {
  const { status, body } = await digits.predict({ image: ONE })
  expect(status).toBe(200)
  expect(body).toMatchObject({ digit: 1, model_version: '1.0.0' })
  const probabilities = body['probabilities'] as number[]
  expect(probabilities).toHaveLength(10)
  expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4)
  expect(body['confidence']).toBe(Math.max(...probabilities))
})

test.each([
  [{ image: ONE.slice(1) }, 'image', 'must have 8 rows'],
  [{ image: [...ONE.slice(1), [1, 2]] }, 'image.7', 'must have 8 numbers'],
  [{ image: [...ONE.slice(1), [0, 0, 0, 0, 0, 0, 0, 17]] }, 'image.7.7', 'must be at most 16'],
  [{ image: [...ONE.slice(1), [0, 0, 0, 0, 0, 0, 0, -1]] }, 'image.7.7', 'must be at least 0'],
  [{ image: 'a picture' }, 'image', 'must be 8 rows of 8 numbers'],
  [{}, 'image', 'is required'],
])('input %# is refused with its field', async (input, field, reason) => {
  const { status, body } = await digits.predict(input)
  expect(status).toBe(422)
  expect(body['errors']).toContainEqual({ field, reason })
})
