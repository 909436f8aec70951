import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { needs, PROMTOOL } from '#platform/testing/needs.ts'
import { startTestServer } from '#platform/testing/server.ts'
import { CONNECTION_STATES, OUTCOMES, PREDICTION_PHASES, RECORD_EVENTS } from './labels.ts'
import { METRICS, type Metric } from './metrics.ts'

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

const all: readonly Metric[] = Object.values(METRICS)
const declared = (name: string): string | undefined =>
  new RegExp(`^# TYPE ${name} (.*)$`, 'm').exec(page)?.[1]

test.each(all.filter(({ onlyAfter }) => onlyAfter === undefined).map((one) => [one.name, one]))(
  '%s is on the page with its labels and no others',
  (name, { kind, labels, sometimes = [], description }) => {
    expect(page).toContain(`# HELP ${name} ${description}`)
    expect(declared(name)).toBe(kind === 'up-down counter' ? 'gauge' : kind)
    const sample = new RegExp(
      `^${name}${kind === 'histogram' ? '_count' : ''}(?:\\{(.*)\\})? `,
      'm',
    ).exec(page)
    expect(sample, 'a sample of it').not.toBeNull()
    const names = [...(sample![1] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label)
    expect(new Set(names).difference(new Set(sometimes))).toEqual(new Set(labels))
  },
)

test('nothing is on the page but the catalogue and the metrics of the process', () => {
  const names = [...page.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)
  const foreign = names.filter((name) => !/^(process|nodejs)_/.test(name))
  const shown = all.filter(({ name }) => foreign.includes(name))
  expect(foreign.toSorted()).toEqual(shown.map(({ name }) => name).toSorted())
  expect(shown.length).toBeGreaterThan(20)
})

/** What a label says on the page, of metrics whose names fit the pattern. */
const valuesOf = (label: string, names = '\\w+'): Set<string> =>
  new Set(
    page
      .matchAll(new RegExp(`^${names}\\{(?:.*,)?${label}="([^"]*)"`, 'gm'))
      .map(([, value]) => value!),
  )

test('labels have the values that METRICS.md tells, and no others', () => {
  expect(valuesOf('outcome')).toEqual(new Set(OUTCOMES))
  expect(valuesOf('phase', 'prediction_\\w+')).toEqual(new Set(PREDICTION_PHASES))
  expect(valuesOf('event')).toEqual(new Set(RECORD_EVENTS))
  expect(valuesOf('state')).toEqual(new Set(CONNECTION_STATES))
  const models = ['', 'digits', 'iris', 'sentiment', 'summarize']
  expect(valuesOf('model_name')).toEqual(new Set(models))
  const endpoints = valuesOf('endpoint')
  expect(endpoints.size).toBeGreaterThan(1)
  expect([...endpoints].filter((value) => !/^(other$|\/)/.test(value))).toEqual([])
})

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
