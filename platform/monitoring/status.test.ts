import { expect, test } from 'vitest'
import { wantsColour } from '#platform/config.ts'
import { deployedOf } from './deployed.ts'
import { figuresByPage, quantile, samplesOf } from './figures-by-page.ts'
import { NO_FIGURES } from './figures.ts'
import type { Status } from './read-status.ts'
import { coloured, statusScreen } from './status-screen.ts'

const PAGE = `# HELP predictions_total Requests
# TYPE predictions_total counter
predictions_total{model_name="iris",version="1.0.0",revision="local",outcome="success"} 95
model_loaded{model_name="iris",version="1.0.0",revision="local"} 1
model_loaded{model_name="digits",version="1.0.0",revision="local"} 0
predictions_total{model_name="iris",version="1.0.0",revision="local",outcome="failed"} 5
prediction_duration_seconds_bucket{model_name="iris",version="1.0.0",outcome="success",le="0.001"} 50
prediction_duration_seconds_bucket{model_name="iris",version="1.0.0",outcome="success",le="0.01"} 100
prediction_duration_seconds_bucket{model_name="iris",version="1.0.0",outcome="success",le="+Inf"} 100
prediction_duration_seconds_bucket{model_name="iris",version="1.0.0",outcome="invalid",le="+Inf"} 9e3
model_confidence_sum{model_name="iris",version="1.0.0"} 90
model_confidence_count{model_name="iris",version="1.0.0"} 100
model_drift_score{model_name="iris",version="1.0.0",feature="a \\"b\\", c"} 0.1
model_drift_score{model_name="iris",version="1.0.0",feature="petal_length"} 0.31
model_drift_score{model_name="iris",version="1.0.0",feature="sepal_length"} NaN
model_drift_chance_score{model_name="iris",version="1.0.0",feature="petal_length"} 0.05
model_feedback_accuracy{model_name="iris",version="1.0.0"} 0
model_feedback_samples{model_name="iris",version="1.0.0"} 1
model_feedback_accuracy{model_name="digits",version="1.0.0"} NaN
model_feedback_samples{model_name="digits",version="1.0.0"} 0
prediction_records_total{event="dropped"} 2
prediction_records_queued 7
database_up 0
api_requests_total{endpoint="/api/v1/predict",model_name="iris",status="200"} 8
api_requests_total{endpoint="/api/v1/predict",model_name="iris",status="500"} 2
api_requests_total{endpoint="/api/v1/models",model_name="",status="200"} 90
api_requests_total{endpoint="other",model_name="",status="421"} 10
api_errors_total{endpoint="/api/v1/predict",model_name="iris",status="500"} 2
api_errors_total{endpoint="/ready",model_name="",status="503"} 10
`

test('a page of one process tells what it can', () => {
  const figures = figuresByPage(PAGE, 'http://localhost:8080')
  expect(Object.fromEntries(figures.versions)).toEqual({
    'digits 1.0.0': { ...NO_FIGURES, isLoaded: false, judged: 0 },
    'iris 1.0.0': {
      isLoaded: true,
      requestsPerSecond: null,
      p50: 0.001,
      p95: expect.closeTo(0.0091) as number,
      errorShare: 0.05,
      confidence: 0.9,
      drift: { feature: 'petal_length', score: 0.31, chance: 0.05 },
      accuracy: 0,
      judged: 1,
    },
  })
  expect(figures).toMatchObject({ queued: 7, lost: 2, isDatabaseUp: false, alerts: null })
  expect(figures.gateway).toEqual({
    requestsPerSecond: null,
    errorShare: 0.2,
    failing: [{ model: 'iris', share: 0.2 }],
  })
})

test('a page that is none tells nothing', () => {
  for (const page of ['', '<html>predictions_total{</html>', 'a{b="c} 1', '{} 1']) {
    const figures = figuresByPage(page, '')
    expect(figures).toMatchObject({ queued: null, lost: null, isDatabaseUp: null })
    expect(figures.versions.size).toBe(0)
  }
})

test('quantiles are those of PromQL', () => {
  const buckets = (...counts: [string, number][]) =>
    samplesOf(counts.map(([le, count]) => `x_bucket{le="${le}"} ${count}`).join('\n'))
  expect(quantile(0.5, buckets(['1', 0], ['2', 10], ['+Inf', 10]))).toBe(1.5)
  expect(quantile(0.5, buckets(['1', 10], ['+Inf', 10]))).toBe(0.5)
  expect(quantile(0.95, buckets(['1', 1], ['+Inf', 10]))).toBe(1)
  expect(quantile(0.95, buckets(['1', 0], ['+Inf', 0]))).toBeNull()
  expect(quantile(0.95, [])).toBeNull()
})

const of = (revision: string) => ({ 'serving.knative.dev/revision': revision })
const pod = (ready: string, metadata: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: of('iris-00002'), ...metadata },
  status: { conditions: [{ type: 'Ready', status: ready }] },
})

test('pods count when they are ready, stay and answer for the version, shares by their tags', () => {
  const iris = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'iris' },
    status: {
      traffic: [
        { tag: 'v1-0-0', revisionName: 'iris-00002', percent: 90 },
        { tag: 'v2-0-0', revisionName: 'iris-00003' },
      ],
    },
  }
  const objects = [
    iris,
    pod('True', {}),
    pod('False', {}),
    pod('True', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    pod('True', { labels: of('iris-00003') }),
    pod('True', { labels: of('iris-00001') }),
    pod('True', { labels: {} }),
  ]
  const versions = ['1.0.0', '2.0.0'].map((version) => ({ model: 'iris', version }))
  const deployed = deployedOf([...versions, { model: 'new', version: '1.0.0' }], objects)
  expect(Object.fromEntries(deployed)).toEqual({
    'iris 1.0.0': { percent: 90, readyPods: 1 },
    'iris 2.0.0': { percent: 0, readyPods: 1 },
    'new 1.0.0': { percent: 0, readyPods: 0 },
  })
})

const status: Status = {
  address: 'http://localhost:8080',
  problem: null,
  versions: [
    { model: 'iris', version: '1.0.0', isDefault: true },
    { model: 'sentiment', version: '2.0.0', isDefault: true },
    { model: 'digits', version: '1.0.0', isDefault: true },
  ],
  deployed: new Map([['iris 1.0.0', { percent: 100, readyPods: 2 }]]),
  figures: {
    ...figuresByPage(PAGE, ''),
    versions: new Map([
      [
        'iris 1.0.0',
        {
          ...NO_FIGURES,
          requestsPerSecond: 1234.5,
          p50: 0.0004,
          p95: 0.25,
          errorShare: 0.001,
          confidence: 0.981,
          accuracy: 0.933,
          judged: 12_000,
          drift: { feature: 'petal_length', score: 0.31, chance: 0.05 },
        },
      ],
      ['sentiment 2.0.0', { ...NO_FIGURES, errorShare: 0.2, p50: 4.9, p95: 5 }],
    ]),
    alerts: [
      { name: 'ModelDrift', severity: 'ticket', about: 'iris 1.0.0', detail: 'petal_length' },
      { name: 'ModelDrift', severity: 'ticket', about: 'digits 1.0.0', detail: 'ink' },
      { name: 'DatabaseAway', severity: 'page', about: '', detail: '' },
      { name: 'ModelDrift', severity: 'ticket', about: 'iris 1.0.0', detail: 'petal_width' },
    ],
  },
  remarks: [],
}
const now = new Date('2026-03-01T12:00:00Z')

test('the screen has a row for each version and fits a terminal of 120 columns', () => {
  const screen = statusScreen(status, now)
  expect(screen).toContain('Inlet at http://localhost:8080   2026-03-01T12:00:00Z')
  expect(screen).toMatch(
    /^iris +1\.0\.0 +100 % +2 +1235 +0\.4 +250 +0\.1 % +0\.981 +0\.933 of 12000 +0\.31 petal_length \(0\.05\)$/m,
  )
  expect(screen).toMatch(/^digits +1\.0\.0 +default( +-)+$/m)
  expect(screen).toMatch(/^model .* p95 ms +5xx +confidence +accuracy +drift \(by chance\)$/m)
  expect(screen).toMatch(/^gateway +- req\/s to \/api\/v1\/predict, 20 % 5xx \(iris 20 %\)$/m)
  expect(screen).toMatch(/^recorder +7 rows wait, 2 lost; database away$/m)
  expect(screen).toMatch(
    /^alerts +DatabaseAway {2}page\n +ModelDrift {2}ticket {2}iris 1\.0\.0 {2}2 of them\n +ModelDrift {2}ticket {2}digits 1\.0\.0 {2}ink$/m,
  )
  expect(screen).toMatch(/^sentiment .* 4900 +>5000 +20 %/m)
  expect(Math.max(...screen.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
})

test('a model that is not loaded is said to be, and the columns stay aligned', () => {
  const versions = new Map([['digits 1.0.0', { ...NO_FIGURES, isLoaded: false, p50: 0.5 }]])
  const unloaded = { ...status, figures: { ...status.figures, versions } }
  const lines = statusScreen(unloaded, now).split('\n')
  const head = lines.find((line) => line.startsWith('model '))!
  const row = lines.find((line) => line.startsWith('digits '))!
  expect(row).toMatch(/^digits +1\.0\.0 +default +not loaded +- +500 /)
  expect(row.indexOf('500')).toBe(head.indexOf('p50 ms'))
  expect(statusScreen(unloaded, now, coloured)).toContain('\u001B[31mdigits ')
})

test('on a terminal what is wrong is coloured, unless its user wants none', () => {
  const screen = statusScreen(status, now, coloured)
  expect(screen).toContain('\u001B[33miris ')
  expect(screen).toContain('\u001B[31msentiment ')
  expect(screen).toMatch(/^digits /m)
  expect(wantsColour(true, {})).toBe(true)
  expect(wantsColour(true, { NO_COLOR: '' })).toBe(true)
  expect(wantsColour(true, { NO_COLOR: '1' })).toBe(false)
  expect(wantsColour(false, {})).toBe(false)
})
