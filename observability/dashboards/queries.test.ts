import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs, PROMETHEUS } from '#platform/testing/needs.ts'
import { startTestProcess } from '#platform/testing/process.ts'
import { freePort } from '#platform/testing/free-port.ts'
import { startPrometheus } from '../testing/prometheus.ts'
import { DASHBOARDS } from './generate.ts'
import { createPrometheusClient } from './query/prometheus-client.ts'
import { panelsIn, queryPanel } from './query/query-panel.ts'
import { checkPanel, type Asked } from './testing/check-panel.ts'
import { createLoad, SERVED } from './testing/live-load.ts'
import { readDashboard, runQueries, viewOf, type Run } from './testing/run-queries.ts'

const program = needs('the queries of the dashboards', 'prometheus', PROMETHEUS)

const MODELS = new Set(SERVED.map(({ model }) => model)).size

/** What the last rules to be reckoned must have made before panels are looked at; a burn rate wants 20 requests. */
const RECKONED = `count(model:error_budget_remaining:ratio) == ${2 * MODELS}
  and count(model:burn_rate:1h) == ${2 * MODELS}
  and count(model_drift_score{source=""}) > 0
  and count(model_feedback_accuracy >= 0) == ${SERVED.length}
  and count(increase(prediction_log_rows_total[5m]) > 0) == ${SERVED.length}
  and count(ALERTS) > 0`

/** On a busy machine; the log is counted twice a minute. */
const SECONDS = 90

describe.skipIf(program === null)('every expression has samples of each selected model', () => {
  let run: Run
  const closing: (() => unknown)[] = []
  afterAll(async () => {
    for (const close of closing.toReversed()) await close()
  })

  beforeAll(async () => {
    const inlet = startTestProcess()
    closing.push(async () => {
      inlet.child.kill('SIGTERM')
      await inlet.ended
    })
    const port = (await inlet.port())!
    const load = createLoad(port)
    // Before the first scrape: from then on feedback is read once a minute.
    await load.warm()
    await load.round()
    const prometheus = await startPrometheus({
      program: program!,
      // Nobody listens on the second: an alert is pending.
      targets: [port, await freePort()],
      // Shipped windows and thresholds, reckoned twice a second.
      changeRules: (text) => text.replaceAll(/interval: \d+[smh]$/gm, 'interval: 500ms'),
    })
    closing.push(prometheus.stop)
    const { address } = prometheus
    const client = createPrometheusClient(address)
    const end = Date.now() + SECONDS * 1_000
    for (;;) {
      await load.round()
      const found = await client.instant(RECKONED, Date.now() / 1_000).catch(() => [])
      if (found.length > 0) break
      if (Date.now() > end)
        throw new Error(`not within ${SECONDS} s: ${RECKONED}\n${prometheus.output()}`)
    }
    run = {
      address,
      // Several scrapes in each window, on a busy machine too.
      scrape: 2,
      seconds: 300,
      asked: SERVED,
      revisions: ['local'],
      which: ({ needs: needed }) => needed === undefined,
    }
  }, 150_000)

  test.each(DASHBOARDS.map((source) => [source.title, source] as const))(
    '%s',
    async (title, source) => {
      const { complaints, ...counts } = await runQueries(run, source)
      console.log(`${title}: ${JSON.stringify(counts)}`)
      expect(complaints).toEqual([])
      expect(counts.queries).toBeGreaterThanOrEqual(counts.expressions)
    },
  )

  /** The first panel of Models with its expression changed, for these versions. */
  const check = (change: (expression: string) => string, asked: readonly Asked[] = SERVED) => {
    const dashboard = readDashboard('models')
    const [panel] = panelsIn(dashboard)
    const [target] = panel!.targets as unknown as [{ expr: string }]
    const changed = {
      ...panel!,
      targets: [{ ...target, expr: change(target.expr) }],
    } as unknown as typeof panel
    const view = { ...viewOf(run, dashboard), selection: { model: '$__all' } }
    return checkPanel(view, changed!, {}, asked)
  }

  test('requests that were asked for are whole ones', async () => {
    const dashboard = readDashboard('models')
    const asked = panelsIn(dashboard).find(({ title }) => title === 'Predictions asked for')!
    const view = { ...viewOf(run, dashboard), selection: { model: '$__all' } }
    const values = (await queryPanel(view, asked))
      .flatMap(({ series }) => series)
      .flatMap(({ points }) => points.map(([, value]) => value))
    expect(values.length).toBeGreaterThan(0)
    expect(values.filter((value) => !Number.isInteger(value))).toEqual([])
  })

  test('a misspelt metric, a wrong label, a refused query and a model without samples are found', async () => {
    expect((await check((same) => same)).complaints).toEqual([])
    const misspelt = await check((text) => text.replace('api_requests_total', 'api_request_total'))
    expect(misspelt.complaints.join()).toContain('nobody exports api_request_total')
    expect(misspelt.complaints.join()).toContain('lacks any finite sample')
    const hidden = await check(() => 'prediction_total or vector(1)')
    expect(hidden.complaints.join()).toContain('nobody exports prediction_total')
    const selected = await check((text) => text.replace('$model', '$modell'))
    expect(selected.complaints.join()).toContain('lacks any finite sample')
    const refused = await check((text) => `${text})`)
    expect(refused.complaints.join()).toContain('parse error')
    const one: Asked = { model: 'another', version: '1.0.0', facts: new Set() }
    expect((await check((same) => same, [...SERVED, one])).complaints.join()).toContain(
      'lacks another',
    )
  })
})
