import { glob, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { QUERIES } from '#platform/monitoring/status-queries.ts'
import { LABELS } from './labels.ts'
import { METRICS, type Metric } from './metrics.ts'
import { RECORDED, withoutWindow } from './recorded-metrics.ts'
import { askedIn, namesIn, unknownIn, unknownInDocument } from './testing/metric-names.ts'

const root = path.resolve(import.meta.dirname, '..')
const filesOf = (pattern: string[]): Promise<string[]> =>
  Array.fromAsync(glob(pattern, { cwd: root }))
const textOf = (file: string): Promise<string> => readFile(path.join(root, file), 'utf8')

/** Keys of rules, their tests, dashboards and adapters whose text is PromQL. */
const EXPRESSIONS = new Set([
  'expr',
  'series',
  'query',
  'seriesQuery',
  'metricsQuery',
  'exp_samples',
])
const SCALING = 'autoscaling.knative.dev/metric'
/** What Knative's and Kubernetes' autoscalers know by themselves. */
const BUILT_IN = new Set(['concurrency', 'rps', 'cpu', 'memory'])

/** A dashboard's variables whose `query` is no question to Prometheus. */
const NOT_ASKED: ReadonlySet<unknown> = new Set(['datasource', 'textbox'])

/** Every expression below a value, and every name that something scales on. */
const expressionsIn = (value: unknown, key = ''): string[] => {
  if (typeof value === 'string') {
    if (key === SCALING && !BUILT_IN.has(value)) return [value]
    // The adapter's own placeholders stand for names that its seriesQuery gives.
    const isTemplate = value.includes('<<.Series>>')
    return EXPRESSIONS.has(key) && !isTemplate ? [value] : []
  }
  if (Array.isArray(value)) return value.flatMap((one) => expressionsIn(one, key))
  if (typeof value !== 'object' || value === null) return []
  if ('type' in value && NOT_ASKED.has(value.type)) return []
  return Object.entries(value).flatMap(([name, below]) => {
    // Of an HPA: `pods: { metric: { name } }`; of a rule's test: `exp_samples: [{ labels }]`.
    if (name === 'name' && key === 'metric') return expressionsIn(below, 'expr')
    if (name === 'labels' && key === 'exp_samples') return expressionsIn(below, 'expr')
    return expressionsIn(below, name)
  })
}

const expressionsOf = async (file: string): Promise<string[]> =>
  parseAllDocuments(await textOf(file)).flatMap((document) => expressionsIn(document.toJS()))

const yaml = [
  ...(await filesOf(['observability/**/*.{yaml,json}'])),
  ...(await filesOf(['platform/deploy/**/*.{yaml,json}', 'functions/*/service.yaml'])),
].filter((file) => !file.includes('/charts/'))
const asked = new Map(
  await Promise.all(yaml.map(async (file) => [file, await expressionsOf(file)] as const)),
)

const documents = await filesOf(['docs/*.md', '*.md'])

describe('what is asked for exists', () => {
  test.each([...asked].filter(([, expressions]) => expressions.length > 0))('%s', (_, some) => {
    expect(some.flatMap(unknownIn)).toEqual([])
  })

  test.each(Object.entries(QUERIES))('make status: %s', (_, expression) => {
    expect(namesIn(expression)).not.toEqual([])
    expect(unknownIn(expression)).toEqual([])
  })

  test('rules, the metrics adapter and scaling were looked at', () => {
    for (const file of [
      'observability/rules/recording.yaml',
      'observability/rules/recording.test.yaml',
      'platform/deploy/base/metrics-adapter/metrics.yaml',
      'functions/summarize/service.yaml',
      'observability/dashboards/json/models.json',
      'observability/dashboards/json/autoscaling.json',
    ]) {
      expect(asked.get(file)?.flatMap(namesIn), file).not.toEqual([])
    }
  })

  test('the runbook asks for nothing else', async () => {
    const queries = askedIn(await textOf('docs/RUNBOOK.md'))
    expect(queries.flatMap(namesIn).length).toBeGreaterThan(20)
    expect(queries.flatMap(unknownIn)).toEqual([])
  })

  test.each(documents)('%s names no metric but real ones', async (file) => {
    expect(unknownInDocument(await textOf(file))).toEqual([])
  })
})

test('what rules record has a meaning, and every meaning is recorded', async () => {
  type Rules = { groups?: { rules: { record?: string }[] }[] }
  const files = await filesOf(['observability/rules/*.yaml'])
  const recorded = new Set<string>()
  for (const file of files.filter((name) => !name.includes('.test.'))) {
    for (const document of parseAllDocuments(await textOf(file))) {
      const { groups = [] } = document.toJS() as Rules
      for (const { record } of groups.flatMap(({ rules }) => rules)) {
        if (record !== undefined) recorded.add(withoutWindow(record))
      }
    }
  }
  expect([...recorded].toSorted()).toEqual(Object.keys(RECORDED).toSorted())
})

test('every label of the catalogue says what bounds it, and no other does', () => {
  const all: readonly Metric[] = Object.values(METRICS)
  const used = all.flatMap(({ labels, sometimes = [] }) => [...labels, ...sometimes])
  expect(Object.keys(LABELS).toSorted()).toEqual([...new Set(used)].toSorted())
})

test('METRICS.md lists every metric', async () => {
  const text = await textOf('docs/METRICS.md')
  for (const { name } of Object.values(METRICS)) expect(text).toContain(`| \`${name}\` |`)
})

describe('a misspelt name is found', () => {
  test.each([
    ['rate(prediction_total[5m])', ['prediction_total']],
    ['sum by (model_name) (rate(api_error_total{status=~"5.."}[5m])) > 0.05', ['api_error_total']],
    ['inference_latency_second_bucket', ['inference_latency_second_bucket']],
    ['predictions_total_sum', ['predictions_total_sum']],
    ['model:burn_rates:1h > 14.4', ['model:burn_rates:1h']],
    ['kn_revision_pod_count or autoscaler_actual_pods', ['kn_revision_pod_count']],
    ['api_errors_total{model="iris"}', ['api_errors_total{model}']],
    ['label_values(model_load{model_name=~"$model"}, revision)', ['model_load']],
    ['label_values(model_loaded, revisions)', ['model_loaded{revisions}']],
    ['rate(prediction_total{model_name=~"$model"}[$__rate_interval])', ['prediction_total']],
    ['model_loaded{__name__="x"} unless on (pod) upp', ['model_loaded{__name__}', 'upp']],
  ])('in the expression %s', (expression, unknown) => {
    expect(unknownIn(expression).toSorted()).toEqual(unknown.toSorted())
  })

  test('in a document, by its ending', () => {
    const text =
      'Look at `prediction_total{outcome="failed"}`, `api_errors_total` and `kind_of_text`.\n'
    const block = '```promql\nrate(prediction_second_seconds_bucket[5m])\n```\n'
    expect(unknownInDocument(text + block)).toEqual([
      'prediction_total',
      'prediction_second_seconds_bucket',
    ])
  })

  test('in a manifest', () => {
    const annotations = { [SCALING]: 'inference_queue_row' }
    const metric = { pods: { metric: { name: 'request_per_second' } } }
    const found = expressionsIn({ annotations, metric, other: { name: 'prediction_total' } })
    expect(found.flatMap(unknownIn)).toEqual(['inference_queue_row', 'request_per_second'])
  })
})

test.each([
  'histogram_quantile(0.95, sum by (le) (rate(prediction_duration_seconds_bucket{le!="5"}[5m])))',
  'sum without (phase) (start_phase_seconds) > 3 and on (pod) time() - process_start_time_seconds < 600',
  'label_replace(up{job="x"}, "pod", "$1", "instance", "(predictions?)_total") offset 5m == bool 1',
  'predictions_total @ end() / 5e3 * Inf # prediction_total',
  '1 - model:burn_rate:7d',
  'ALERTS{alertname="HighErrorRate"}',
  'increase(api_requests_total{model_name=~"$model"}[$__range]) or label_values(model_loaded{revision=~"${revision}"}, version)',
])('nothing is misspelt in %s', (expression) => {
  expect(unknownIn(expression)).toEqual([])
})
