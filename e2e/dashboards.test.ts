import { expect, test } from 'vitest'
import type { Only } from '#observability/dashboards/grafana/panel.ts'
import { DASHBOARDS } from '#observability/dashboards/generate.ts'
import type { Asked } from '#observability/dashboards/testing/check-panel.ts'
import { runQueries, type Run } from '#observability/dashboards/testing/run-queries.ts'
import { autoscalingOf } from './testing/knative.ts'
import { startLoad } from './testing/load.ts'
import { modelNamed, MODELS, PORT, predict } from './testing/target.ts'
import { until } from './testing/until.ts'

const SCALING = 'autoscaling.knative.dev'

/** What Knative can say of a model: nothing of one that another autoscaler scales. */
const factsOf = async (model: string): Promise<Set<Only>> => {
  const settings = await autoscalingOf(model)
  if (settings[`${SCALING}/class`]?.startsWith('hpa') === true) return new Set()
  const metric = settings[`${SCALING}/metric`] === 'rps' ? 'rps' : 'concurrency'
  const facts = new Set<Only>([
    'models that Knative scales',
    `models that Knative scales on ${metric}`,
  ])
  // By default there is always some burst that one pod could not take.
  if (settings[`${SCALING}/target-burst-capacity`] === undefined) {
    facts.add('models that the activator stays before')
  }
  return facts
}

test('what only a cluster can show has samples of each model that Knative scales', async () => {
  const asked: Asked[] = []
  for (const model of MODELS) {
    const facts = await factsOf(model)
    const versions = Object.keys(modelNamed(model).card.versions)
    asked.push(...versions.map((version) => ({ model, version, facts })))
  }
  const answers = await Promise.all(MODELS.map((model) => predict(model)))
  const revisions = answers.map(({ headers }) => String(headers['inlet-revision']))
  const { example } = modelNamed('digits').definition
  const load = startLoad({
    host: 'digits',
    path: '/predict',
    body: example,
    connections: 2,
    rate: 4,
  })
  const run: Run = {
    address: `http://prometheus.localhost:${PORT}`,
    scrape: 5,
    // What woke the models before this file counts, too.
    seconds: 3_600,
    asked,
    revisions,
    which: ({ needs }) => needs === 'cluster',
  }
  try {
    const outcome = await until(
      'every panel of a cluster has samples',
      async () => {
        const outcomes = await Promise.all(DASHBOARDS.map((source) => runQueries(run, source)))
        const complaints = outcomes.flatMap((one) => one.complaints)
        if (complaints.length > 0) throw new Error(complaints.slice(0, 5).join('\n'))
        return outcomes
      },
      { seconds: 60, everyMs: 2_000 },
    )
    const panels = outcome.map((one) => one.panels).reduce((sum, count) => sum + count)
    const queries = outcome.map((one) => one.queries).reduce((sum, count) => sum + count)
    console.log(`${panels} panels of a cluster, ${queries} queries`)
    expect(panels).toBeGreaterThan(5)
    expect(queries).toBeGreaterThan(panels)
  } finally {
    await load.stop()
  }
})
