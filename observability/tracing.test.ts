import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { startTestProcess } from '#platform/testing/process.ts'
import { call } from '#platform/tools/local-request.ts'

type Span = {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  attributes: unknown
}
type Export = { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }

const spans: Span[] = []
const receiver = http.createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Export
  spans.push(...body.resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)))
  response.end('{}')
})
receiver.listen(0, '127.0.0.1')
await once(receiver, 'listening')
afterAll(() => void receiver.close())

test('gateway and function are spans of one trace, which the row names', async () => {
  const { port, child, ended } = startTestProcess({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  })
  const body = { model: 'sentiment', text: 'a secret sentence' }
  const answer = await call({ port: (await port())!, path: '/api/v1/predict', body })
  const path = `/api/v1/predictions/${String(answer.json['prediction_id'])}`
  const row = await call({ port: (await port())!, path })
  // Stopping sends what is left.
  child.kill('SIGTERM')
  expect(await ended).toBe(0)

  const gateway = spans.find(({ name }) => name === 'POST /api/v1/predict')!
  const predict = spans.find(({ name }) => name === 'predict sentiment')!
  expect(predict.traceId).toBe(gateway.traceId)
  expect(predict.parentSpanId).toBe(gateway.spanId)
  expect(row.json['trace_id']).toBe(gateway.traceId)
  expect(JSON.stringify(spans)).not.toContain('secret')
}, 60_000)
