import { expect, test } from 'vitest'
import { autoscalingOf, scaleOf, untilZero, type Scale } from './testing/knative.ts'
import { startLoad } from './testing/load.ts'
import { countBy, failuresOf, percentile } from './testing/tally.ts'
import { exampleOf, predict } from './testing/target.ts'
import { until } from './testing/until.ts'

type Case = {
  model: string
  class: string
  metric: string
  /** Requests in progress at a time. */
  connections: number
}

const CASES: Case[] = [
  { model: 'sentiment', class: 'kpa', metric: 'concurrency', connections: 24 },
  { model: 'iris', class: 'kpa', metric: 'rps', connections: 16 },
  { model: 'summarize', class: 'hpa', metric: 'inference_queue_rows', connections: 24 },
]

test.each(CASES)(
  '$model grows under load by its $metric, and every request is answered',
  async ({ model, class: kind, metric, connections }) => {
    const settings = await autoscalingOf(model)
    expect(settings['autoscaling.knative.dev/class']).toBe(`${kind}.autoscaling.knative.dev`)
    expect(settings['autoscaling.knative.dev/metric']).toBe(metric)

    await predict(model)
    const body = exampleOf(model)
    const load = startLoad({ host: model, path: '/predict', body, connections })
    let grown: Scale
    let seconds = 0
    try {
      grown = await until(
        `${model} has a second ready pod`,
        async () => {
          const scale = await scaleOf(model)
          return scale.ready >= 2 && scale
        },
        { seconds: 150 },
      )
      seconds = load.samples.at(-1)!.at / 1000
    } finally {
      await load.stop()
    }
    const { samples } = load
    const p99 = percentile(
      samples.map(({ tookMs }) => tookMs),
      0.99,
    )
    console.log(
      `${model}: ${grown.ready} ready of ${grown.desired} desired after ${seconds.toFixed(0)} s, ${samples.length} answers ${JSON.stringify(countBy(samples, ({ status }) => status))}, p99 ${p99.toFixed(0)} ms`,
    )
    expect(failuresOf(samples)).toEqual({})
  },
)

test.each(['sentiment', 'iris'])('%s goes back to zero when nobody asks', async (model) => {
  await untilZero(model)
})

test('summarize, whose metric a sleeping pod cannot have, goes back to one pod', async () => {
  await until(
    'one pod of summarize',
    async () => {
      const { ready, desired } = await scaleOf('summarize')
      return ready === 1 && desired === 1
    },
    { seconds: 200 },
  )
})
