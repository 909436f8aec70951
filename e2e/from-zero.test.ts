import { beforeAll, expect, test } from 'vitest'
import { findRow, predictAndRecord } from './testing/history.ts'
import { podsOf, untilZero } from './testing/knative.ts'
import { countBy } from './testing/tally.ts'
import { startLoad } from './testing/load.ts'
import { ask, exampleOf, predict } from './testing/target.ts'
import { until } from './testing/until.ts'

const SLEEPERS = ['iris', 'digits', 'sentiment']

// All at once; each test looks again.
beforeAll(async () => {
  await Promise.all(SLEEPERS.map((model) => untilZero(model)))
}, 240_000)

test('a request that cannot be answered wakes nothing', async () => {
  await untilZero('digits')
  const body = { model: 'digits', image: [[1, 2], [3]] }
  expect((await ask({ path: '/api/v1/predict', body })).status).toBe(422)
  // A wake-up makes its pod within a second.
  const waking = until('a pod', async () => (await podsOf('digits')).length > 0, { seconds: 5 })
  await expect(waking).rejects.toThrow('not within 5 s: a pod')
})

test('one request wakes a function and is answered', async () => {
  await untilZero('iris')
  const { status, json, headers } = await predict('iris')
  expect(status).toBe(200)
  expect(json['labels']).toEqual(['setosa'])
  // Only the first answer of a process tells of its start, so that this was a wake-up.
  expect(headers['server-timing']).toMatch(/start-runtime;dur=\d+.*start-model;dur=\d+/)
  const again = await predict('iris')
  expect(again.headers['server-timing']).not.toContain('start-')
})

test('twenty requests at once wake a function and are all answered', async () => {
  await untilZero('digits')
  const load = startLoad({
    host: 'digits',
    path: '/predict',
    body: exampleOf('digits'),
    connections: 20,
  })
  await until('twenty answers', () => load.samples.length >= 20)
  expect(countBy(await load.stop(), ({ status }) => status)).toEqual({
    200: load.samples.length,
  })
})

test('a request to the gateway wakes a function, and its row is there with the answer', async () => {
  await untilZero('sentiment')
  const { status, json, headers } = await predictAndRecord('sentiment')
  expect(status).toBe(200)
  expect(headers['server-timing']).toContain('start-runtime;dur=')
  expect(await findRow(String(json['prediction_id']))).toMatchObject({
    model: 'sentiment',
    status: 200,
    result: json['result'],
  })
})
