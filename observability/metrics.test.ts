import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { needs, PROMTOOL } from '#platform/testing/needs.ts'
import { startTestServer } from '#platform/testing/server.ts'
import { METRICS } from './metrics.ts'

const { call } = await startTestServer()
const predict = (body: unknown) => call({ path: '/api/v1/predict', body })
await predict({ model: 'iris', features: [[5.1, 3.5, 1.4, 0.2]] })
await predict({ model: 'sentiment', text: 'Good.' })
await predict({ model: 'iris', features: 'bad' })
await call({ host: 'iris.localhost', path: '/predict', body: {} })
const { text: page, headers } = await call({ path: '/metrics' })

const promtool = needs('metrics by promtool', 'promtool', PROMTOOL)
test.skipIf(promtool === null)('promtool has nothing to object to', () => {
  const output = execFileSync(promtool!, ['check', 'metrics'], { input: page, encoding: 'utf8' })
  expect(output).toBe('')
})

test('the page is what Prometheus expects', () => {
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
})

test.each(Object.values(METRICS).map((metric) => [metric.name, metric] as const))(
  '%s is on the page with its labels and no others',
  (name, { kind, labels, description }) => {
    expect(page).toContain(`# HELP ${name} ${description}`)
    expect(page).toContain(`# TYPE ${name} ${kind}`)
    const sample = new RegExp(
      `^${name}${kind === 'histogram' ? '_count' : ''}(?:\\{(.*)\\})? `,
      'm',
    ).exec(page)
    expect(sample, 'a sample of it').not.toBeNull()
    const names = [...(sample![1] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label)
    expect(new Set(names)).toEqual(new Set(labels))
  },
)

test('process and event loop are on the same page', () => {
  for (const name of [
    'process_cpu_seconds_total',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_gc_duration_seconds',
  ]) {
    expect(page).toContain(`# TYPE ${name}`)
  }
})

test('counters stand at 0 before anything has happened', () => {
  expect(page).toMatch(/^predictions_total\{model_name="digits".*outcome="success"\} 0$/m)
  expect(page).toMatch(/^prediction_records_total\{event="dropped"\} 0$/m)
})
