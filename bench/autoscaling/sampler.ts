import { setInterval } from 'node:timers/promises'
import { busiestRevisionOf, REVISION } from '../../e2e/testing/knative.ts'
import { getObjects, type KubernetesObject } from '../../e2e/testing/kubectl.ts'
import type { Load } from '../../e2e/testing/load.ts'
import { query } from '../../e2e/testing/prometheus.ts'
import { percentile } from '../../e2e/testing/tally.ts'

/** What one function did since the sample before. */
export type Row = {
  /** Seconds since the demo began. */
  at: number
  model: string
  stage: string
  ready: number
  desired: number
  /** Requests that the generator waited for, averaged over the interval. */
  concurrency: number
  /** What the autoscaler decides by, from Prometheus; null when that does not know. */
  signal: number | null
  /** Answers per second. */
  rate: number
  /** Milliseconds; of answers in the interval. */
  p50: number
  p95: number
  p99: number
  /** Answers other than 200, and broken connections. */
  errors: number
}

/** What of a model is running; `load` is null when nobody asks. */
export type Watched = { model: string; signal: string; stage: string; load: Load | null }

const LOOK_MS = 100

/** Reads the whole cluster and every load once in `intervalMs`, until `signal` ends it. */
export async function* sample(
  watched: readonly Watched[],
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<Row[]> {
  const revisions = await Promise.all(watched.map(({ model }) => busiestRevisionOf(model)))
  const start = performance.now()
  const seen = new Map<Load, number>()
  const waiting = new Map<string, number[]>()
  const looking = globalThis.setInterval(() => {
    for (const { model, load } of watched) {
      waiting.set(model, [...(waiting.get(model) ?? []), load?.inFlight ?? 0])
    }
  }, LOOK_MS)
  let last = start
  try {
    for await (const _ of setInterval(intervalMs, null, { signal })) {
      const [objects, ...signals] = await Promise.all([
        getObjects('podautoscalers,deployments', REVISION),
        ...watched.map(({ signal: expression }) => read(expression)),
      ])
      const now = performance.now()
      const seconds = (now - last) / 1000
      last = now
      yield watched.map(({ model, stage, load }, index) => {
        const looks = waiting.get(model) ?? []
        waiting.delete(model)
        const answers = load?.samples.slice(seen.get(load) ?? 0) ?? []
        if (load !== null) seen.set(load, load.samples.length)
        const took = answers.filter(({ status }) => status === 200).map(({ tookMs }) => tookMs)
        return {
          at: (now - start) / 1000,
          model,
          stage,
          ready: countOf(objects, revisions[index]!, 'readyReplicas'),
          desired: countOf(objects, revisions[index]!, 'desiredScale'),
          concurrency: looks.reduce((total, count) => total + count, 0) / Math.max(1, looks.length),
          signal: signals[index] ?? null,
          rate: answers.length / seconds,
          p50: percentile(took, 0.5),
          p95: percentile(took, 0.95),
          p99: percentile(took, 0.99),
          errors: answers.length - took.length,
        }
      })
    }
  } catch (thrown) {
    if ((thrown as Error).name !== 'AbortError') throw thrown
  } finally {
    clearInterval(looking)
  }
}

/** The table goes on without Prometheus. */
const read = async (expression: string): Promise<number | null> => {
  const series = await query(expression).catch(() => [])
  return series[0]?.value ?? null
}

/** Only Deployments have readyReplicas, only PodAutoscalers desiredScale, which is -1 until it is known. */
const countOf = (
  objects: readonly KubernetesObject[],
  revision: string,
  field: 'readyReplicas' | 'desiredScale',
): number =>
  objects
    .filter(({ metadata }) => metadata.labels?.[REVISION] === revision)
    .reduce((total, { status }) => total + Math.max(0, Number(status?.[field] ?? 0)), 0)
