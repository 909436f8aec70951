import { afterAll, expect, test } from 'vitest'
import { listen } from '#observability/testing/programs.ts'
import { createPrometheusApi } from '#observability/prometheus-api.ts'
import { figuresByPrometheus } from './figures-by-prometheus.ts'
import { NO_FIGURES } from './figures.ts'
import { QUERIES } from './status-queries.ts'

const iris = { model_name: 'iris', version: '1.0.0' }
const known = new Map<string, object[]>([
  [QUERIES.loaded, [{ metric: iris, value: [0, '0'] }]],
  [QUERIES.accuracy, [{ metric: iris, value: [0, 'NaN'] }]],
  [QUERIES.judged, [{ metric: iris, value: [0, '0'] }]],
  [
    QUERIES.alerts,
    [{ metric: { ...iris, alertname: 'ModelNotLoaded', severity: 'page' }, value: [0, '1'] }],
  ],
])
const { port, close } = await listen(({ url = '' }, response) => {
  const query = new URL(url, 'http://localhost').searchParams.get('query') ?? ''
  response.end(JSON.stringify({ status: 'success', data: { result: known.get(query) ?? [] } }))
})
afterAll(close)

test('what Prometheus knows of a version is told, and nothing else', async () => {
  const figures = await figuresByPrometheus(createPrometheusApi(`http://localhost:${port}`))
  expect(Object.fromEntries(figures.versions)).toEqual({
    'iris 1.0.0': { ...NO_FIGURES, isLoaded: false, judged: 0 },
  })
  expect(figures.alerts).toEqual([
    { name: 'ModelNotLoaded', severity: 'page', about: 'iris 1.0.0', detail: '' },
  ])
  expect(figures).toMatchObject({ queued: null, lost: null, isDatabaseUp: null })
})
