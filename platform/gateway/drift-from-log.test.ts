import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createLogger } from '#observability/logger.ts'
import { createInstruments } from '#observability/instruments.ts'
import { createTelemetry } from '#observability/telemetry.ts'
import type { AnyFunctionDefinition } from '#platform/runtime/define-function.ts'
import type { PredictionRecord } from '#platform/runtime/prediction-record.ts'
import { readModel } from '#platform/runtime/read-models.ts'
import { startTestFunction } from '#platform/testing/function.ts'
import { FUNCTIONS } from '#platform/testing/model-folder.ts'
import { startTestServer } from '#platform/testing/server.ts'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { createDriftFromLog } from './drift-from-log.ts'
import { createModelCatalog } from './model-catalog.ts'
import type { PredictionLog } from './prediction-log.ts'

const golden = JSON.parse(
  await readFile(path.join(FUNCTIONS, 'iris/golden/1.0.0.json'), 'utf8'),
) as { cases: { request: { features: number[][] } }[] }
const DISTINCT = golden.cases.flatMap(({ request }) => request.features)
const ROWS = [...DISTINCT, ...DISTINCT]

/** Drift of a page by its name and feature, of the log or live. */
const driftOf = (page: string, source: 'log' | 'live') =>
  Object.fromEntries(
    [...page.matchAll(/^model_drift_(\w+)\{model_name="iris",(.*)\} (\S+)$/gm)]
      .filter(([, , labels]) => labels!.includes('source="log"') === (source === 'log'))
      .map(([, name, labels, value]) => [
        `${name} ${/feature="(\w+)"/.exec(labels!)?.[1] ?? ''}`,
        Number(value),
      ]),
  )

/** A log in memory that hands out five rows a page, and what it was asked. */
const memoryLog = (records: readonly PredictionRecord[]) => {
  const asked: number[] = []
  const list: PredictionLog['list'] = ({ cursor = '0', limit }) => {
    asked.push(limit)
    const start = Number(cursor)
    const end = start + Math.min(limit, 5)
    const rows = records.toReversed().slice(start, end)
    const predictions = rows.map((row) => ({ ...row, feedback: null, feedbackAt: null }))
    return Promise.resolve({ predictions, nextCursor: end < records.length ? String(end) : null })
  }
  return { asked, log: { list } }
}

/** What a function of iris answered and recorded, its own drift, and a gateway over these rows. */
const logged = async (
  requests: readonly unknown[],
  window = 1_000,
  handler: Partial<AnyFunctionDefinition> = {},
) => {
  const records: PredictionRecord[] = []
  const recorder = {
    record: (record: PredictionRecord) => void records.push(record),
    recordAndWait: () => Promise.resolve(true),
  }
  const iris = await startTestFunction('iris', '1.0.0', { recorder, driftWindow: window })
  for (const request of requests) await iris.predict(request)
  await new Promise(setImmediate)
  iris.observe()
  const live = driftOf(await iris.telemetry.page(), 'live')

  const { log, asked } = memoryLog(records)
  const model = await readModel(path.join(FUNCTIONS, 'iris'))
  const telemetry = createTelemetry()
  const clock = { time: 0 }
  const lines: string[] = []
  const before = createDriftFromLog({
    catalog: createModelCatalog([{ ...model, definition: { ...model.definition, ...handler } }]),
    log,
    instruments: createInstruments(telemetry.meter),
    window,
    logger: createLogger('warn', { write: (line) => void lines.push(line) }),
    now: () => clock.time,
  })
  const page = async () => driftOf(await telemetry.page(), 'log')
  return { live, records, asked, before, page, clock, lines }
}

const many = Array.from({ length: 24 }, (_, at) => ({
  features: ROWS.slice(at * 10, at * 10 + 10),
}))

test('the log tells the same drift as the function that answered', async () => {
  const { live, before, page } = await logged([...many, { features: [[1, 2]] }])
  before()
  await expect.poll(page).toEqual(live)
  expect(live['samples ']).toBe(240)
  expect(Object.keys(live)).toHaveLength(13)
})

test('the log is read at most every five minutes, and all of it only when it has new rows', async () => {
  const { records, asked, before, page, clock } = await logged(many)
  before()
  before()
  await expect.poll(page).toMatchObject({ 'samples ': 240 })
  const first = asked.length
  expect(first).toBe(1 + Math.ceil(many.length / 5))
  clock.time += 5 * 60_000 - 1
  before()
  expect(asked).toHaveLength(first)
  clock.time += 1
  before()
  await expect.poll(() => asked.length).toBe(first + 1)
  await new Promise(setImmediate)
  records.push({ ...records[0]!, id: 'new' })
  clock.time += 5 * 60_000
  before()
  await expect.poll(page).toMatchObject({ 'samples ': 250 })
})

test('rows that failed, or whose input was not kept, say nothing', async () => {
  const { records, before, page } = await logged(many)
  records[0] = { ...records[0]!, input: { sha256: '0'.repeat(64) } }
  records[1] = { ...records[1]!, input: null }
  records[2] = { ...records[2]!, status: 500, output: null }
  before()
  await expect.poll(page).toMatchObject({ 'samples ': 210 })
})

test('a window bounds what is compared, and 0 turns it off', async () => {
  const { asked, before, page } = await logged(many, 200)
  before()
  await expect.poll(page).toMatchObject({ 'samples ': 200 })
  expect(asked).toHaveLength(1 + 4)
  const off = await logged([], 0)
  off.before()
  expect(off.asked).toEqual([])
})

test('of one version ten pages are read at most', async () => {
  const { asked, before, page } = await logged(Array.from({ length: 60 }, () => many[0]))
  before()
  await expect.poll(page).toMatchObject({ 'samples ': 500 })
  expect(asked).toHaveLength(1 + 10)
})

test.each([
  ['no row is', 0],
  ['too few rows are', 19],
])('the drift of a version ends when %s left', async (_, rows) => {
  const { live, records, before, page, clock } = await logged(many)
  before()
  await expect.poll(page).toEqual(live)
  records.splice(rows)
  clock.time += 5 * 60_000
  const ended = Object.keys(live).map((name) => [
    name,
    name === 'samples ' ? rows * 10 : Number.NaN,
  ])
  await expect.poll(() => (before(), page())).toEqual(Object.fromEntries(ended))
})

test('what a handler throws is logged by class and place', async () => {
  const { before, lines } = await logged(many, 1_000, {
    outcomes: (answer) => {
      throw new TypeError(`cannot read ${JSON.stringify(answer)}`)
    },
  })
  before()
  await expect.poll(() => lines).toHaveLength(1)
  expect(lines[0]).toMatch(/"reason":"TypeError at .*drift-from-log\.test\.ts:\d+:\d+\)?"/)
})

test('a gateway of its own tells the drift of functions that do not run', async () => {
  const folder = temporaryFolder()
  const all = await startTestServer({ DATA_DIRECTORY: folder, RECORD: 'sync' })
  const body = { model: 'iris', features: ROWS.slice(0, 200) }
  expect((await all.call({ path: '/api/v1/predict', body })).status).toBe(200)
  expect(driftOf((await all.call({ path: '/metrics' })).text, 'log')).toEqual({})
  await all.close()
  const gateway = await startTestServer({
    ROLE: 'gateway',
    GATEWAY_TOKEN: 'between-us',
    DATA_DIRECTORY: folder,
  })
  const page = async () => driftOf((await gateway.call({ path: '/metrics' })).text, 'log')
  await expect.poll(page).toMatchObject({ 'samples ': 200 })
  expect(await page()).toHaveProperty('score petal_length')
})
