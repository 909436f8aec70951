import { expect, test } from 'vitest'
import { DATABASE_AWAY } from '#platform/testing/database-away.ts'
import { startTestProcess } from '#platform/testing/process.ts'
import { call } from '#platform/tools/local-request.ts'
import { PREDICTION_PHASES } from './labels.ts'
import { startOtlpReceiver, type ReceivedSpan } from './testing/otlp-receiver.ts'

const SECRET = 'a secret sentence'
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`

/** A process that sends to a receiver of its own, stopped so that all of it has come. */
const traced = async (
  environment: Record<string, string>,
  ask: (port: number) => Promise<void>,
) => {
  const receiver = await startOtlpReceiver()
  const inlet = startTestProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...environment })
  await ask((await inlet.port())!)
  inlet.child.kill('SIGTERM')
  expect(await inlet.ended).toBe(0)
  expect(receiver.raw() + inlet.output()).not.toContain('secret')
  const { spans } = receiver
  expect(spans.every(({ events, statusMessage }) => events === 0 && statusMessage === '')).toBe(
    true,
  )
  return receiver
}

const predict = (port: number, headers: Record<string, string> = {}, text = SECRET) =>
  call({ port, path: '/api/v1/predict', headers, body: { model: 'sentiment', text } })

// Nanoseconds since 1970 have no exact place in a number.
const isWithin = (child: ReceivedSpan, parent: ReceivedSpan): boolean =>
  child.from >= parent.from - 0.001 && child.to <= parent.to + 0.001

test('a prediction is one trace from the gateway to the database, and its row names it', async () => {
  let row: Record<string, unknown> = {}
  const json = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }
  const { one, spans, types } = await traced(json, async (port) => {
    const answer = await predict(port)
    const path = `/api/v1/predictions/${String(answer.json['prediction_id'])}`
    row = (await call({ port, path })).json
    await call({ port, path: '/ready' })
  })
  expect(types).toEqual(new Set(['application/json']))
  const gateway = one('POST /api/v1/predict')
  const request = one('POST /predict')
  const served = one('predict sentiment')
  const insert = one('INSERT predictions')
  expect(gateway).toMatchObject({ kind: 'server', parentSpanId: '', service: 'inlet' })
  expect(request).toMatchObject({ kind: 'client', parentSpanId: gateway.spanId })
  expect(served).toMatchObject({ kind: 'server', parentSpanId: request.spanId })
  expect(insert).toMatchObject({ kind: 'client', parentSpanId: served.spanId, failed: false })

  const steps = spans.filter(
    ({ parentSpanId, kind }) => parentSpanId === served.spanId && kind === 'internal',
  )
  expect(steps.map(({ name }) => name)).toEqual(PREDICTION_PHASES)
  for (const child of [request, served, ...steps]) {
    const parent = spans.find(({ spanId }) => spanId === child.parentSpanId)!
    expect(isWithin(child, parent), `${child.name} within ${parent.name}`).toBe(true)
  }
  for (const [index, next] of steps.slice(1).entries()) {
    expect(next.from, next.name).toBeGreaterThanOrEqual(steps[index]!.to - 0.001)
  }
  const trace = spans.filter(({ traceId }) => traceId === gateway.traceId)
  expect(trace).toHaveLength(4 + PREDICTION_PHASES.length)
  expect(row['trace_id']).toBe(gateway.traceId)
  expect(insert.attributes).toEqual({
    'db.system.name': 'postgresql',
    'db.operation.name': 'INSERT',
    'db.collection.name': 'predictions',
  })
  expect(request.attributes).toMatchObject({
    'http.request.method': 'POST',
    'server.address': 'sentiment',
    'http.response.status_code': 200,
  })
  // Who reads the log has a trace of their own; a probe has none.
  const reading = one('GET /api/v1/predictions/:id')
  expect(one('SELECT predictions')).toMatchObject({ kind: 'client', parentSpanId: reading.spanId })
  expect(spans.some(({ name }) => name.includes('ready'))).toBe(false)
})

test("with the default protocol: the caller's trace, runs shared by requests, inputs that do not fit", async () => {
  const host = 'sentiment.localhost'
  const { one, named, types } = await traced({ RECORD: 'sync' }, async (port) => {
    await predict(port, { traceparent, tracestate: 'vendor=1' })
    await predict(port, { traceparent: `${traceparent}-more`, tracestate: 'vendor=2' })
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => predict(port, {}, `${SECRET} ${index}`)),
    )
    for (const [body, status] of [
      [{ secret: SECRET }, 422],
      [`{"text": "${SECRET}"`, 400],
    ] as const) {
      expect((await call({ port, host, path: '/predict', body })).status).toBe(status)
    }
    const path = `/api/v1/predictions?cursor=${encodeURIComponent(SECRET)}`
    expect((await call({ port, path })).status).toBe(422)
  })
  expect(types).toEqual(new Set(['application/x-protobuf']))

  const [followed, malformed] = named('POST /api/v1/predict')
  expect(followed).toMatchObject({ traceId: CALLER.traceId, parentSpanId: CALLER.spanId })
  expect(malformed).toMatchObject({ parentSpanId: '', traceState: '' })
  const served = named('predict sentiment')
  expect(served[0]).toMatchObject({ traceId: CALLER.traceId, traceState: 'vendor=1' })

  const ids = (spans: readonly ReceivedSpan[]): string[] => spans.map(({ spanId }) => spanId)
  const batch = named('batch').toSorted((a, b) => b.links.length - a.links.length)[0]!
  const size = batch.links.length
  expect(size).toBeGreaterThan(1)
  expect(ids(served)).toEqual(expect.arrayContaining(batch.links))
  expect(batch.parentSpanId).toBe(batch.links[0])
  expect(batch.attributes).toEqual({ 'inlet.batch.rows': size, 'inlet.batch.requests': size })
  const runs = named('infer').filter(({ links }) => links.includes(batch.spanId))
  expect(runs.map(({ parentSpanId }) => parentSpanId).toSorted()).toEqual(batch.links.toSorted())

  // Rows written together are one statement in the trace of the first of them, linked to the others.
  const written = named('INSERT predictions').flatMap(({ attributes, links, parentSpanId }) => {
    expect(attributes['db.operation.batch.size'] ?? 1).toBe(links.length + 1)
    return [parentSpanId, ...links]
  })
  const answered = served.filter(
    ({ attributes }) => attributes['http.response.status_code'] === 200,
  )
  expect(written.toSorted()).toEqual(ids(answered).toSorted())

  const refused = named('validate').filter(({ failed }) => failed)
  expect(refused.map(({ attributes }) => attributes)).toEqual([
    { 'error.type': 'invalid_input' },
    { 'error.type': 'malformed_json' },
  ])
  // The caller's mistakes are none of the server's.
  expect(served.filter(({ failed }) => failed)).toEqual([])
  expect(one('GET /api/v1/predictions').failed).toBe(false)
})

/** A function alone, whose database is away. */
const FUNCTION = {
  ROLE: 'function',
  FUNCTION: 'sentiment',
  MODEL_VERSION: '1.0.0',
  ...DATABASE_AWAY,
}

test.each([
  [{ OTEL_TRACES_SAMPLER: 'always_off' }, '01', 0],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, '01', 0],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, '01', 1],
  [{ OTEL_TRACES_SAMPLER_ARG: '0' }, '00', 0],
])('%o and a caller with flags %s: %i traces are kept', async (sampler, flags, kept) => {
  const headers = { traceparent: traceparent.replace(/01$/, flags) }
  const { named, spans } = await traced({ ...FUNCTION, ...sampler }, async (port) => {
    const answer = await call({ port, path: '/predict', headers, body: { text: SECRET } })
    expect(answer.status).toBe(200)
  })
  expect(named('predict sentiment')).toHaveLength(kept)
  expect(spans.length > 0).toBe(kept > 0)
  for (const insert of named('INSERT predictions')) {
    expect(insert).toMatchObject({ failed: true, attributes: { 'error.type': 'ECONNREFUSED' } })
  }
  expect(named('INSERT predictions').length > 0).toBe(kept > 0)
})
