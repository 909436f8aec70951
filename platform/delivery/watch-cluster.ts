import { setTimeout as pause } from 'node:timers/promises'
import type { Cause } from './cause.ts'
import { DeliveryError } from './delivery-error.ts'
import { explain, type Target } from './explain.ts'
import { isReady } from './is-ready.ts'
import type { Kubectl } from './kubectl.ts'
import type { KubernetesObject } from './kubernetes-objects.ts'

/** Every kind between a Knative Service and its pods, and beside it. */
const KINDS = [
  'services.serving.knative.dev',
  'configurations.serving.knative.dev',
  'revisions.serving.knative.dev',
  'deployments.apps',
  'statefulsets.apps',
  'replicasets.apps',
  'jobs.batch',
  'ingresses.networking.internal.knative.dev',
  'pods',
].join(',')

/** Between two looks at the cluster; one look serves all that wait. */
const LOOK_MS = 500
/** Between two looks at logs and warnings of what may have failed. */
const CLOSER_MS = 3000

export type Snapshot = readonly KubernetesObject[]

export type Waiting<Found> = {
  /** Completes "did not …": such as `become ready`. */
  what: string
  target: Target
  seconds: number
  /** What was waited for, or null while it is not there. */
  find: (snapshot: Snapshot) => Found | null
}

export type ClusterWatch = {
  /** Resolves once it is found; throws DeliveryError with one cause and one remedy when it cannot come, or too late. */
  until<Found>(waiting: Waiting<Found>): Promise<Found>
}

/** The object of a snapshot. */
export const find = (snapshot: Snapshot, { kind, name }: Target): KubernetesObject | undefined =>
  snapshot.find((one) => one.kind === kind && one.metadata.name === name)

/** Waits for an object to be ready. */
export const ready = (target: Target, seconds: number): Waiting<KubernetesObject> => ({
  what: target.kind === 'Job' ? 'complete' : 'become ready',
  target,
  seconds,
  find: (snapshot) => {
    const found = find(snapshot, target)
    return found !== undefined && isReady(found) ? found : null
  },
})

/** What no status holds: the warnings of the namespace, and what the target's pods print. */
const lookCloser = async (
  kubectl: Kubectl,
  snapshot: Snapshot,
  target: Target,
): Promise<Cause | null> => {
  const pods = snapshot.filter(
    ({ kind, metadata }) => kind === 'Pod' && metadata.name.startsWith(`${target.name}-`),
  )
  const logs = await Promise.all(
    pods.map(async ({ metadata: { name } }): Promise<[string, string]> => {
      const args = ['logs', name, '--all-containers', '--tail=50']
      // A pod that has not started has no log.
      return [name, await kubectl.run(args).catch(() => '')]
    }),
  )
  const warnings = await kubectl.list('events', '--field-selector=type=Warning')
  return explain([...snapshot, ...warnings], target, new Date(), new Map(logs))
}

const indented = (text: string): string => text.replaceAll('\n', '\n          ')

const failure = (
  { what, target, seconds }: Waiting<unknown>,
  cause: Cause | null,
): DeliveryError => {
  const first = `${target.kind} ${target.name} did not ${what}`
  return new DeliveryError(
    cause === null
      ? `${first} in ${seconds} s, and nothing in the cluster says why.\n  remedy: see whether the machine is short of processors or memory (docker stats), and deploy again`
      : `${first}.\n  object: ${cause.object}\n  cause:  ${indented(cause.reason)}\n  remedy: ${cause.remedy}`,
  )
}

/** One reader of the cluster's state for all that wait at the same time. */
export const watchCluster = (kubectl: Kubectl): ClusterWatch => {
  let looking: Promise<Snapshot> | null = null
  const look = (): Promise<Snapshot> => {
    looking ??= pause(LOOK_MS)
      .then(() => kubectl.list(KINDS))
      .finally(() => {
        looking = null
      })
    return looking
  }
  return {
    until: async (waiting) => {
      const { target } = waiting
      const deadline = Date.now() + waiting.seconds * 1000
      let closer = 0
      for (;;) {
        const snapshot = await look()
        const found = waiting.find(snapshot)
        if (found !== null) return found
        const isLate = Date.now() > deadline
        const suspicion = explain(snapshot, target, new Date())
        if (!isLate && (suspicion === null || Date.now() < closer)) continue
        closer = Date.now() + CLOSER_MS
        const cause = await lookCloser(kubectl, snapshot, target)
        if (isLate || cause?.isFinal === true) throw failure(waiting, cause)
      }
    },
  }
}
