import { expect, test } from 'vitest'
import { createLogger } from '#observability/logger.ts'
import { call } from '#platform/tools/local-request.ts'
import { freePort } from '../testing/free-port.ts'
import { startTestServer } from '../testing/server.ts'
import { createMetricsPort } from './metrics-port.ts'

test('a process shows its page to Prometheus at METRICS_PORT, and no part of its API', async () => {
  const port = await freePort()
  const inlet = await startTestServer({ METRICS_PORT: String(port) })
  const page = await call({ port, path: '/metrics' })
  expect(page.status).toBe(200)
  expect(page.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(page.text).toMatch(/^model_loaded\{model_name="iris".*\} 1$/m)
  const path = '/api/v1/models'
  expect((await inlet.call({ path })).status).toBe(200)
  expect((await call({ port, path })).status).toBe(404)
  expect((await call({ port, path: '/metrics', host: 'rebound.example' })).status).toBe(421)
})

test.each([
  ['GET', '/', 404, 'not_found'],
  ['GET', '/api/v1/a-secret', 404, 'not_found'],
  ['POST', '/metrics', 405, 'method_not_allowed'],
])('%s %s is answered %i and logged without its words', async (method, path, status, code) => {
  const lines: string[] = []
  const logger = createLogger('debug', { write: (line) => void lines.push(line) })
  const fetch = createMetricsPort(async () => 'up 1\n', logger)
  const headers = { 'x-request-id': 'r1' }
  const answer = await fetch(new Request(`http://localhost:9464${path}`, { method, headers }))
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ code, request_id: 'r1' })
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ endpoint: 'other', status, request_id: 'r1' }),
  ])
})
