import { afterAll, beforeAll, expect, test } from 'vitest'
import { findRow, predictAndRecord } from './testing/history.ts'
import { revisionOf, trafficOf, untilServiceReady } from './testing/knative.ts'
import { startLoad } from './testing/load.ts'
import { binomialBounds, countBy, failuresOf } from './testing/tally.ts'
import { exampleOf, modelNamed, predict } from './testing/target.ts'
import {
  changeTraffic,
  restoreTraffic,
  saveTraffic,
  untilAnsweredBy,
  type Traffic,
} from './testing/traffic.ts'
import { until } from './testing/until.ts'

const MODEL = 'sentiment'
const REQUESTS = 1000
/** Chance that a correct split fails this test. */
const FALSE_ALARM = 1e-6

let saved: Traffic

beforeAll(async () => {
  saved = await saveTraffic(MODEL)
})

afterAll(async () => {
  await restoreTraffic(MODEL, saved)
})

const sharesOf = async (): Promise<Record<string, number>> =>
  Object.fromEntries((await trafficOf(MODEL)).map(({ tag, percent }) => [tag, percent ?? 0]))

test('a split of 90 to 10 sends each version its share', async () => {
  await changeTraffic('split', MODEL, 'v1-0-0=90,v2-0-0=10')
  await untilServiceReady(MODEL)
  expect(await sharesOf()).toEqual({ 'v1-0-0': 90, 'v2-0-0': 10 })
  await until(
    'both versions answer',
    async () => (await predict(MODEL)).json['model_version'] === '1.0.0',
  )
  const load = startLoad({ host: MODEL, path: '/predict', body: exampleOf(MODEL), connections: 4 })
  await until(`${REQUESTS} answers`, () => load.samples.length >= REQUESTS)
  const samples = await load.stop()
  expect(failuresOf(samples)).toEqual({})
  const shares = countBy(samples, ({ version }) => version)
  const { least, most } = binomialBounds(samples.length, 0.1, FALSE_ALARM)
  console.log(
    `${samples.length} answers: ${JSON.stringify(shares)}; bounds of 2.0.0 ${least}-${most}`,
  )
  expect(Object.keys(shares).toSorted()).toEqual(['1.0.0', '2.0.0'])
  expect(shares['2.0.0']).toBeGreaterThanOrEqual(least)
  expect(shares['2.0.0']).toBeLessThanOrEqual(most)
})

test('a tag chooses the version, as a host and as a header, whatever the split', async () => {
  for (let count = 0; count < 20; count += 1) {
    for (const version of ['1.0.0', '2.0.0']) {
      const tag = `v${version.replaceAll('.', '-')}`
      const byHost = await predict(MODEL, { host: `${tag}-${MODEL}` })
      const byHeader = await predict(MODEL, { headers: { 'knative-serving-tag': tag } })
      expect([byHost.json['model_version'], byHeader.json['model_version']]).toEqual([
        version,
        version,
      ])
    }
  }
})

test('the gateway reaches the version that is asked for, and its row names the revision', async () => {
  for (const version of Object.keys(modelNamed(MODEL).card.versions)) {
    const { json } = await predictAndRecord(MODEL, version)
    const revision = await revisionOf(MODEL, `v${version.replaceAll('.', '-')}`)
    expect(json['version']).toBe(version)
    expect(await findRow(String(json['prediction_id']))).toMatchObject({ version, revision })
  }
})

test('promote sends everything to a version', async () => {
  await changeTraffic('promote', MODEL, 'v1-0-0')
  expect(await sharesOf()).toEqual({ 'v1-0-0': 100, 'v2-0-0': 0 })
  await untilAnsweredBy(MODEL, '1.0.0', 50)
})

test('rollback takes the last change back, and back again', async () => {
  await changeTraffic('rollback', MODEL)
  expect(await sharesOf()).toEqual({ 'v1-0-0': 90, 'v2-0-0': 10 })
  await changeTraffic('rollback', MODEL)
  expect(await sharesOf()).toEqual({ 'v1-0-0': 100, 'v2-0-0': 0 })
  await untilAnsweredBy(MODEL, '1.0.0', 20)
})

test.each([
  ['shares that are not 100 together', ['split', MODEL, 'v1-0-0=90,v2-0-0=20'], '100'],
  ['a version that is not deployed', ['split', MODEL, 'v9-0-0=100'], 'v9-0-0'],
  ['a model that is not deployed', ['split', 'none', 'v1-0-0=100'], 'none'],
])('%s are refused in plain words, and nothing changes', async (_, words, named) => {
  const before = await sharesOf()
  // What it said: the message of the error repeats the words that it was called with.
  const detail: unknown = expect.stringContaining(named)
  await expect(changeTraffic(...words)).rejects.toMatchObject({ detail })
  expect(await sharesOf()).toEqual(before)
})
