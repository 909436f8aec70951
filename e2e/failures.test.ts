import { expect, test } from 'vitest'
import { untilRecorded } from './testing/history.ts'
import { busiestRevisionOf, readyPodsOf } from './testing/knative.ts'
import { killProcess } from './testing/kill-process.ts'
import { getObject, kubectl, type KubernetesObject } from './testing/kubectl.ts'
import { startLoad, type Sample } from './testing/load.ts'
import { countBy, failuresOf } from './testing/tally.ts'
import { exampleOf } from './testing/target.ts'
import { until } from './testing/until.ts'

const CONNECTIONS = 16
/** Milliseconds in which a crashed process is noticed, restarted and left alone until it is ready. */
const CRASH_MS = 10_000

/** The process of a pod: another after its container was started anew, though Kubernetes may still call it ready. */
const processOf = ({ metadata, status }: KubernetesObject): string => {
  const statuses = status?.containerStatuses as { name: string; containerID?: string }[] | undefined
  const { containerID } = statuses?.find(({ name }) => name === 'user-container') ?? {}
  return `${metadata.name} ${containerID}`
}

/** Loads two pods, does something to one of them, and goes on until there are two again. */
const harm = async (
  what: string,
  strike: (pod: KubernetesObject) => Promise<unknown>,
): Promise<Sample[]> => {
  const revision = await busiestRevisionOf('sentiment')
  const body = exampleOf('sentiment')
  const load = startLoad({ host: 'sentiment', path: '/predict', body, connections: CONNECTIONS })
  try {
    const [pod] = await until('two ready pods', async () => {
      const pods = await readyPodsOf('sentiment', revision)
      return pods.length >= 2 && pods
    })
    expect(failuresOf(load.samples)).toEqual({})
    await strike(pod!)
    const struck = load.samples.length
    await until('three hundred more answers', () => load.samples.length >= struck + 300)
    await until('two pods again', async () => {
      const processes = (await readyPodsOf('sentiment', revision)).map(processOf)
      return processes.length >= 2 && !processes.includes(processOf(pod!))
    })
    // Kubernetes calls a new container ready before its process listens: answers tell.
    const healed = load.samples.length
    await until('three hundred answers of both in a row, none failed', () => {
      const latest = load.samples.slice(healed).slice(-300)
      return latest.length === 300 && latest.every(({ status }) => status === 200)
    })
  } finally {
    await load.stop()
  }
  const failed = load.samples.filter(({ status }) => status !== 200)
  const span = failed.length === 0 ? 0 : failed.at(-1)!.at - failed[0]!.at
  const kinds = JSON.stringify(countBy(failed, ({ status }) => status))
  console.log(
    `${what}: ${load.samples.length} requests, ${failed.length} failed within ${span.toFixed(0)} ms ${kinds}`,
  )
  return failed
}

/** At most what was running in it, and what was on the way to it until the proxies know. */
test('a pod that is deleted by force costs at most the requests that were in it', async () => {
  const now = ['--force', '--grace-period=0', '--wait=false']
  const failed = await harm('a pod deleted by force', ({ metadata }) =>
    kubectl('delete', 'pod', metadata.name, ...now),
  )
  expect(failed.length).toBeLessThanOrEqual(CONNECTIONS)
})

/** The proxy beside the model answers 502 for it until Kubernetes notices, a second or two later. */
test('a model process that is killed costs its pod’s share of a moment, and nothing later', async () => {
  const failed = await harm('a process killed', killProcess)
  expect(failed.filter(({ status }) => status !== 502 && status !== 503)).toEqual([])
  expect((failed.at(-1)?.at ?? 0) - (failed[0]?.at ?? 0)).toBeLessThan(CRASH_MS)
})

test('no acknowledged prediction is lost when Postgres is restarted under load', async () => {
  const from = new Date()
  const body = { model: 'iris', ...exampleOf('iris') }
  const load = startLoad({ path: '/api/v1/predict', body, connections: 4, rate: 40 })
  try {
    await until('fifty answers', () => load.samples.length >= 50)
    const old = await getObject('pod', 'postgres-0')
    await kubectl('delete', 'pod', 'postgres-0', '--wait=false')
    await until('another Postgres is ready', async () => {
      const pod = await getObject('pod', 'postgres-0')
      const isNew = pod.metadata.creationTimestamp !== old.metadata.creationTimestamp
      return isNew && pod.status?.containerStatuses?.[0]?.ready === true
    })
    const back = load.samples.length
    await until('a hundred answers more', () => load.samples.length >= back + 100)
  } finally {
    await load.stop()
  }
  const { samples } = load
  const answered = samples.filter(({ status }) => status === 200)
  console.log(
    `Postgres restarted: ${samples.length} answers ${JSON.stringify(countBy(samples, ({ status }) => status))}`,
  )
  expect(failuresOf(samples)).toEqual({})
  await untilRecorded(
    'iris',
    answered.map(({ predictionId }) => predictionId),
    from,
    90,
  )
})
