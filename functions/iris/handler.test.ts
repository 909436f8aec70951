import { expect, test } from 'vitest'
import { startTestFunction } from '#platform/testing/function.ts'

const iris = await startTestFunction('iris')

test('rows are answered with a class, its name and its probabilities', async () => {
  const { status, body } = await iris.predict({
    features: [
      [5.1, 3.5, 1.4, 0.2],
      [6.7, 3.0, 5.2, 2.3],
    ],
  })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    predictions: [0, 2],
    labels: ['setosa', 'virginica'],
    model_version: '1.0.0',
  })
  for (const row of body['probabilities'] as number[][]) {
    expect(row).toHaveLength(3)
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
  }
})

test('a thousand rows come back in order', async () => {
  const rows = Array.from({ length: 1000 }, (_, index) =>
    index % 2 === 0 ? [5.1, 3.5, 1.4, 0.2] : [6.7, 3.0, 5.2, 2.3],
  )
  const { body } = await iris.predict({ features: rows })
  expect(body['predictions']).toEqual(rows.map((_, index) => (index % 2 === 0 ? 0 : 2)))
})

test.each([
  [{ features: [] }, 'features', 'must have at least one row'],
  [{ features: [[1, 2, 3]] }, 'features.0', 'must have 4 numbers'],
  [{ features: [[1, 2, 3, 4, 5]] }, 'features.0', 'must have 4 numbers'],
  [{ features: [[1, 2, 3, '4']] }, 'features.0.3', 'must be a finite number'],
  [{ features: [[1, 2, 3, 1e300]] }, 'features.0.3', 'must fit in a 32-bit float'],
  [
    { features: Array.from({ length: 1001 }, () => [1, 2, 3, 4]) },
    'features',
    'must have at most 1000 rows',
  ],
  [{ rows: [] }, 'features', 'is required'],
])('input %# is refused with its field', async (input, field, reason) => {
  const { status, body } = await iris.predict(input)
  expect(status).toBe(422)
  expect(body['errors']).toContainEqual({ field, reason })
})
