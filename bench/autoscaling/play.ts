import { setTimeout } from 'node:timers/promises'
import { busiestRevisionOf, podsOf, scaleOf, untilZero } from '../../e2e/testing/knative.ts'
import { startLoad, type Sample } from '../../e2e/testing/load.ts'
import { exampleOf, predict } from '../../e2e/testing/target.ts'
import { until } from '../../e2e/testing/until.ts'
import { nameOf, type Act } from './acts.ts'
import type { Watched } from './sampler.ts'

/** Seconds to sleep again: the window, Knative's grace, and a slow machine. */
const PATIENCE = 300

export type Played = {
  act: Act
  /** Milliseconds of the first request, which found no pod; null where one always stands. */
  wakeMs: number | null
  samples: readonly Sample[]
  /** Seconds from the end of the load until the function was at rest. */
  restedAfter: number
}

const untilRest = async ({ model, rest }: Act): Promise<void> => {
  if (rest === 0) return untilZero(model, { seconds: PATIENCE })
  const revision = await busiestRevisionOf(model)
  await until(
    `${model} has one pod`,
    async () => (await scaleOf(model)).ready <= 1 && (await podsOf(model, revision)).length === 1,
    { seconds: PATIENCE, everyMs: 1000 },
  )
}

/** The loaded part of an act; resolves when the load has stopped, with what resolves at rest. */
export const play = async (act: Act, watched: Watched): Promise<{ rested: Promise<Played> }> => {
  const { model, stages, rest } = act
  watched.stage = rest === 0 ? 'falling asleep' : 'coming to rest'
  await untilRest(act)
  watched.stage = rest === 0 ? 'waking' : 'one request'
  const start = performance.now()
  const { status } = await predict(model)
  if (status !== 200) throw new Error(`${model} answered ${status}`)
  const wakeMs = rest === 0 ? performance.now() - start : null

  const samples: Sample[] = []
  for (const stage of stages) {
    watched.stage = nameOf(stage)
    const load = startLoad({ host: model, path: '/predict', body: exampleOf(model), ...stage })
    watched.load = load
    await setTimeout(stage.seconds * 1000)
    samples.push(...(await load.stop()))
  }
  watched.load = null
  watched.stage = rest === 0 ? 'falling asleep' : 'coming to rest'
  const ended = performance.now()
  const rested = untilRest(act).then((): Played => {
    watched.stage = rest === 0 ? 'asleep' : 'at rest'
    return { act, wakeMs, samples, restedAfter: (performance.now() - ended) / 1000 }
  })
  return { rested }
}
