import { afterAll, beforeAll, expect, test } from 'vitest'
import { revisionOf } from './testing/knative.ts'
import { getObjects, kubectl } from './testing/kubectl.ts'
import { startLoad, type Load, type Sample } from './testing/load.ts'
import { failuresOf, percentile } from './testing/tally.ts'
import { exampleOf, modelNamed } from './testing/target.ts'
import { restoreTraffic, saveTraffic, type Traffic } from './testing/traffic.ts'
import { until } from './testing/until.ts'
import { updateFunction } from './testing/update-function.ts'

const MODEL = 'sentiment'
const { default_version: version } = modelNamed(MODEL).card
const tag = `v${version.replaceAll('.', '-')}`

/** Answers before, and again after, what the test changes. */
const ANSWERS = 200

let saved: Traffic
let first: string
const made: string[] = []

beforeAll(async () => {
  saved = await saveTraffic(MODEL)
  first = await revisionOf(MODEL, tag)
})

afterAll(async () => {
  // The last revision is what the first was; with one of that content the next deploy changes nothing.
  const last = made.at(-1)
  if (last === undefined) return
  await restoreTraffic(MODEL, JSON.parse(JSON.stringify(saved).replaceAll(first, last)) as Traffic)
  await kubectl('delete', 'revision', first, ...made.slice(0, -1), '--wait=false')
})

/** Those that end, too. */
const podsOfGateway = async (): Promise<string[]> =>
  (await getObjects('pods', 'app.kubernetes.io/name=gateway')).map(({ metadata }) => metadata.name)

const report = (what: string, samples: readonly Sample[]): void => {
  const took = samples.map(({ tookMs }) => tookMs)
  const failed = samples.filter(({ status }) => status !== 200).length
  console.log(
    `${what}: ${samples.length} requests, ${failed} failed, p50 ${percentile(took, 0.5).toFixed(0)} ms, p99 ${percentile(took, 0.99).toFixed(0)} ms, longest ${Math.max(...took).toFixed(0)} ms`,
  )
}

const more = (load: Load, count: number): Promise<unknown> => {
  const enough = load.samples.length + count
  return until(`${count} more answers`, () => load.samples.length >= enough)
}

test('a function gets a new revision, and another, without a failed request', async () => {
  const load = startLoad({
    host: MODEL,
    path: '/predict',
    body: exampleOf(MODEL),
    connections: 4,
  })
  try {
    await more(load, ANSWERS)
    const second = await updateFunction(MODEL, { 'inlet.dev/e2e': new Date().toISOString() })
    made.push(second)
    expect(await revisionOf(MODEL, tag)).toBe(second)
    await more(load, ANSWERS)
    // Without the annotation, so that the Service is again what the repository says.
    made.push(await updateFunction(MODEL, {}))
    await more(load, ANSWERS)
  } finally {
    await load.stop()
  }
  report('function', load.samples)
  expect(failuresOf(load.samples)).toEqual({})
  const revisions = new Set(load.samples.map(({ revision }) => revision))
  expect(revisions).toEqual(new Set([first, ...made]))
})

test('the gateway is restarted without a failed request', async () => {
  const body = { model: MODEL, ...exampleOf(MODEL) }
  const load = startLoad({ path: '/api/v1/predict', body, connections: 4 })
  try {
    await more(load, ANSWERS)
    const old = await podsOfGateway()
    await kubectl('rollout', 'restart', 'deployment/gateway')
    await until('new pods stand alone', async () => {
      const now = await podsOfGateway()
      return now.length === old.length && !now.some((name) => old.includes(name))
    })
    await more(load, ANSWERS)
  } finally {
    await load.stop()
  }
  report('gateway', load.samples)
  expect(failuresOf(load.samples)).toEqual({})
})
