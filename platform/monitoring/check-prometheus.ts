import { setTimeout as pause } from 'node:timers/promises'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'
import { table } from '#platform/delivery/table.ts'
import type { PrometheusApi, Rules, Target } from '#observability/prometheus-api.ts'

const LOOK_MS = 500

/** Looks until it is true; false when the time is over, or nobody waits for it any more. */
export const within = async (
  seconds: number,
  look: () => Promise<boolean>,
  signal?: AbortSignal,
): Promise<boolean> => {
  const end = Date.now() + seconds * 1000
  for (;;) {
    if (await look()) return true
    if (Date.now() > end || signal?.aborted === true) return false
    await pause(LOOK_MS)
  }
}

/** A line for each job: how many of its targets are up, and what is wrong with one that is not. */
export const describeTargets = (jobs: readonly string[], targets: readonly Target[]): string =>
  table(
    jobs.map((job) => {
      const own = targets.filter((target) => target.job === job)
      const up = own.filter(({ isUp }) => isUp).length
      const down = own.find(({ isUp }) => !isUp)
      const problem = down === undefined ? '' : `${down.address}: ${down.problem}`
      return [`  ${job}`, `${up} of ${own.length} up`, own.length === 0 ? 'nothing found' : problem]
    }),
  )

/** Throws DeliveryError naming each rule that fails, or that there are none. */
export const checkRules = ({ count, failed }: Rules): void => {
  if (count === 0) throw new DeliveryError('Prometheus has loaded no rules; its log says why.')
  if (failed.length === 0) return
  const lines = failed.map(({ name, problem }) => `  ${name}: ${problem}`)
  throw new DeliveryError(`Rules fail in Prometheus:\n${lines.join('\n')}`)
}

/** Waits until each job has a target that is up; throws DeliveryError with the jobs that have none. */
export const untilTargetsUp = async (
  prometheus: Pick<PrometheusApi, 'targets'>,
  jobs: readonly string[],
  seconds: number,
): Promise<Target[]> => {
  let targets: Target[] = []
  const missing = (): string[] =>
    jobs.filter((job) => !targets.some((target) => target.job === job && target.isUp))
  const isComplete = await within(seconds, async () => {
    // While it starts, or its ingress is new, it does not answer.
    targets = await prometheus.targets().catch(() => [])
    return missing().length === 0
  })
  if (isComplete) return targets
  throw new DeliveryError(
    `Prometheus has no target that is up of: ${missing().join(', ')}\n${describeTargets(jobs, targets)}`,
  )
}
