import { expect, test } from 'vitest'
import { startTestProcess } from '#platform/testing/process.ts'
import { call } from '#platform/tools/local-request.ts'
import { startOtlpReceiver, type ReceivedSpan } from './testing/otlp-receiver.ts'

const PHASES = ['validate', 'preprocess', 'queue', 'infer', 'postprocess', 'record']
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
  expect(receiver.raw()).not.toContain('secret')
  return { ...receiver, output: inlet.output() }
}

const predict = (port: number, headers: Record<string, string> = {}, text = SECRET) =>
  call({ port, path: '/api/v1/predict', headers, body: { model: 'sentiment', text } })

const isWithin = (child: ReceivedSpan, parent: ReceivedSpan): boolean =>
  // Nanoseconds since 1970 have no exact place in a number.
  child.from >= parent.from - 0.001 && child.to <= parent.to + 0.001

test('a prediction is one trace from the gateway to the database, and its row names it', async () => {
  let row: Record<string, unknown> = {}
  const { one, spans, types } = await traced(
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    async (port) => {
      const { json } = await predict(port)
      row = (await call({ port, path: `/api/v1/predictions/${String(json['prediction_id'])}` }))
        .json
      await call({ port, path: '/ready' })
    },
  )
  expect(types).toEqual(new Set(['application/json']))
  const gateway = one('POST /api/v1/predict')
  const request = one('POST /predict')
  const served = one('predict sentiment')
  const insert = one('INSERT predictions')
  expect(gateway).toMatchObject({ kind: 'server', parentSpanId: '', service: 'inlet' })
  expect(request).toMatchObject({ kind: 'client', parentSpanId: gateway.spanId })
  expect(served).toMatchObject({ kind: 'server', parentSpanId: request.spanId })
  expect(insert).toMatchObject({ kind: 'client', parentSpanId: served.spanId, failed: false })
  const inside = spans.filter(
    ({ parentSpanId, kind }) => parentSpanId === served.spanId && kind === 'internal',
  )
  expect(inside.map(({ name }) => name)).toEqual(PHASES)
  for (const [child, parent] of [
    [request, gateway],
    [served, request],
    ...inside.map((child): [ReceivedSpan, ReceivedSpan] => [child, served]),
  ] as const) {
    expect(isWithin(child, parent), `${child.name} within ${parent.name}`).toBe(true)
  }
  for (const [index, next] of inside.slice(1).entries()) {
    expect(next.from, next.name).toBeGreaterThanOrEqual(inside[index]!.to - 0.001)
  }
  const trace = spans.filter(({ traceId }) => traceId === gateway.traceId)
  expect(trace).toHaveLength(4 + PHASES.length)
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
  // What reads the log is a trace of its own; probes are none.
  const read = one('SELECT predictions')
  expect(read).toMatchObject({
    kind: 'client',
    parentSpanId: one('GET /api/v1/predictions/:id').spanId,
  })
  expect(spans.some(({ name }) => name.includes('ready'))).toBe(false)
}, 60_000)

test("the default protocol arrives; the caller's trace goes on, and a malformed one does not", async () => {
  const { spans, types, named } = await traced({}, async (port) => {
    await predict(port, { traceparent, tracestate: 'vendor=1' })
    await predict(port, { traceparent: `${traceparent}-more`, tracestate: 'vendor=2' })
    await call({
      port,
      host: 'iris.localhost',
      path: '/predict',
      headers: { traceparent },
      body: { features: [[5.1, 3.5, 1.4, 0.2]] },
    })
  })
  expect(types).toEqual(new Set(['application/x-protobuf']))
  const [first, second] = named('POST /api/v1/predict')
  expect(first).toMatchObject({ traceId: CALLER.traceId, parentSpanId: CALLER.spanId })
  expect(second).toMatchObject({ parentSpanId: '', traceState: '' })
  const [served] = named('predict sentiment')
  expect(served).toMatchObject({ traceId: CALLER.traceId, traceState: 'vendor=1' })
  expect(named('predict iris')).toMatchObject([{ parentSpanId: CALLER.spanId }])
  expect(spans.every(({ to, from }) => to >= from)).toBe(true)
}, 60_000)

test('rows of several requests in one run are one span with links to all of them, and from them', async () => {
  const { named, spans } = await traced({ RECORD: 'sync' }, async (port) => {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => predict(port, {}, `${SECRET} ${index}`)),
    )
  })
  const [batch] = named('batch').toSorted((a, b) => b.links.length - a.links.length)
  expect(batch!.links.length).toBeGreaterThan(1)
  const requests = named('predict sentiment')
  expect(requests.map(({ spanId }) => spanId)).toEqual(expect.arrayContaining(batch!.links))
  expect(batch).toMatchObject({
    parentSpanId: batch!.links[0],
    attributes: {
      'inlet.batch.rows': batch!.links.length,
      'inlet.batch.requests': batch!.links.length,
    },
  })
  const within = named('infer').filter(({ links }) => links.includes(batch!.spanId))
  expect(within.map(({ parentSpanId }) => parentSpanId).toSorted()).toEqual(batch!.links.toSorted())
  // Rows written together: one statement, in the trace of the first, linked to the others.
  const written = named('INSERT predictions').map(({ attributes, links, parentSpanId }) => {
    expect(attributes['db.operation.batch.size'] ?? 1).toBe(links.length + 1)
    return [parentSpanId, ...links]
  })
  expect(written.flat().toSorted()).toEqual(requests.map(({ spanId }) => spanId).toSorted())
  expect(spans.filter(({ failed }) => failed)).toEqual([])
}, 60_000)

test('an input that does not fit marks the step it failed in, and nothing quotes it', async () => {
  const { named, one, spans, output } = await traced({}, async (port) => {
    const host = 'sentiment.localhost'
    expect((await call({ port, host, path: '/predict', body: { secret: SECRET } })).status).toBe(
      422,
    )
    expect((await predict(port, {}, '')).status).toBe(422)
    const body = `{"text": "${SECRET}"`
    expect((await call({ port, host, path: '/predict', body })).status).toBe(400)
    expect(
      (await call({ port, path: `/api/v1/predictions?cursor=${encodeURIComponent(SECRET)}` }))
        .status,
    ).toBe(422)
  })
  expect(output).not.toContain('secret')
  expect(
    named('validate').map(({ attributes, failed }) => [attributes['error.type'], failed]),
  ).toEqual([
    ['invalid_input', true],
    ['malformed_json', true],
  ])
  // The caller's mistakes are none of the server's.
  expect(named('predict sentiment').map(({ failed }) => failed)).toEqual([false, false])
  expect(one('POST /api/v1/predict')).toMatchObject({
    failed: false,
    attributes: { 'http.response.status_code': 422 },
  })
  expect(spans.every(({ events, statusMessage }) => events === 0 && statusMessage === '')).toBe(
    true,
  )
}, 60_000)

test.each([
  [{ OTEL_TRACES_SAMPLER: 'always_off' }, '01', 0],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, '01', 0],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, '01', 10],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, '00', 0],
] as const)(
  '%o with flags %s keeps %i spans, and the row still names the trace',
  async (sampler, flags, kept) => {
    let row: Record<string, unknown> = {}
    const { spans } = await traced(sampler, async (port) => {
      const { json } = await predict(port, { traceparent: traceparent.replace(/01$/, flags) })
      const path = `/api/v1/predictions/${String(json['prediction_id'])}`
      row = (await call({ port, path, headers: { traceparent: traceparent.replace(/01$/, '00') } }))
        .json
    })
    expect(
      spans.filter(({ name }) => !name.includes('/:id') && name !== 'SELECT predictions'),
    ).toHaveLength(kept)
    expect(row['trace_id']).toBe(CALLER.traceId)
  },
  60_000,
)
