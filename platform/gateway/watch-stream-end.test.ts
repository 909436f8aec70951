import path from 'node:path'
import { expect, test } from 'vitest'
import type { StoredPrediction } from '#db/history.ts'
import { recordWith } from '#db/testing/records.ts'
import { createInstruments } from '#observability/instruments.ts'
import { createLogger } from '#observability/logger.ts'
import { createTelemetry } from '#observability/telemetry.ts'
import { noTracing } from '#observability/tracing.ts'
import { readModel } from '#platform/runtime/read-models.ts'
import { FUNCTIONS } from '#platform/testing/model-folder.ts'
import { createGateway } from './create-gateway.ts'
import { createModelCatalog } from './model-catalog.ts'
import type { PredictionLog } from './prediction-log.ts'

const ENDPOINT = '/api/v1/models/:model/feedback.csv'
const iris = await readModel(path.join(FUNCTIONS, 'iris'))
const row = { ...recordWith({ input: 1 }), feedback: { instances: [] }, feedbackAt: new Date() }

/** Asks a gateway of its own for the table of these rows. */
const ask = async (rows: AsyncIterable<StoredPrediction>, method = 'GET') => {
  const telemetry = createTelemetry()
  const lines: string[] = []
  const log: Pick<PredictionLog, 'labelled'> = {
    labelled: () => Promise.resolve({ rows, nextCursor: null }),
  }
  const gateway = createGateway({
    catalog: createModelCatalog([iris]),
    callFunction: () => Promise.reject(new Error('nobody predicts')),
    log: log as PredictionLog,
    limits: { maxBodyBytes: 1024, maxJsonDepth: 16 },
    instruments: createInstruments(telemetry.meter),
    logger: createLogger('info', { write: (line) => void lines.push(line) }),
    tracing: noTracing,
    metricsPage: telemetry.page,
    corsOrigins: [],
    version: '1.0.0',
  })
  const headers = { 'x-request-id': 'r1' }
  const address = ENDPOINT.replace(':model', 'iris')
  const response = await gateway.request(address, { method, headers })
  /** The counters that are not 0, by the status they name. */
  const counted = async () => {
    const samples = (await telemetry.page()).matchAll(
      /^api_(requests_total|errors_total|requests_in_flight)\{.*?(?:status="(\d+)")?\} ([1-9]\d*)$/gm,
    )
    return [...samples].map(([, name, status = '', value]) => `${name} ${status}: ${value}`)
  }
  return { response, lines, counted }
}

test('a table is counted and logged when it has been read', async () => {
  const { response, lines, counted } = await ask(
    (async function* () {
      yield row
    })(),
  )
  expect(lines).toEqual([])
  expect(await counted()).toEqual(['requests_in_flight : 1'])
  expect((await response.text()).split('\r\n')).toHaveLength(3)
  expect(await counted()).toEqual(['requests_total 200: 1'])
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'info', status: 200, request_id: 'r1' })
})

test('a table whose rows fail half-way breaks off, and is an error in counters and log', async () => {
  const { response, lines, counted } = await ask(
    (async function* () {
      yield row
      throw new Error('Database error 57P01')
    })(),
  )
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow()
  expect(await counted()).toEqual(['requests_total 503: 1', 'errors_total 503: 1'])
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toContain('stack')
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'warn',
    endpoint: ENDPOINT,
    model: 'iris',
    status: 503,
    code: 'database_unavailable',
    reason: 'Database error 57P01',
    request_id: 'r1',
  })
})

test('a caller who goes away ends the reading and is counted once', async () => {
  const ended = Promise.withResolvers<void>()
  const { response, lines, counted } = await ask(
    (async function* () {
      try {
        while (true) yield row
      } finally {
        ended.resolve()
      }
    })(),
  )
  const reader = response.body!.getReader()
  for (const _ of ['header', 'row']) await reader.read()
  await reader.cancel()
  await ended.promise
  expect(await counted()).toEqual(['requests_total 499: 1', 'errors_total 499: 1'])
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0]!)).toMatchObject({ status: 499, code: 'cancelled', request_id: 'r1' })
})

test('who asks for the headers alone is answered without a row', async () => {
  const { response, lines, counted } = await ask(
    (async function* () {
      yield await Promise.reject(new Error('no row is read'))
    })(),
    'HEAD',
  )
  expect(response.headers.get('content-type')).toContain('text/csv')
  expect(await response.text()).toBe('')
  expect(await counted()).toEqual(['requests_total 200: 1'])
  expect(lines).toHaveLength(1)
})
