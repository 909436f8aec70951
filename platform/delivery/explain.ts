import type { Cause, Event, Logs } from './cause.ts'
import { explainPod } from './explain-pod.ts'
import {
  conditionOf,
  isTrue,
  type Condition,
  type ConditionedObject,
  type KubernetesObject,
} from './kubernetes-objects.ts'

export type Target = { kind: string; name: string }

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`

/** Only what still matters: an older ReplicaSet, or a pod that goes, is no cause of a new failure. */
const isCurrent = (object: KubernetesObject, siblings: readonly KubernetesObject[]): boolean => {
  if (object.metadata.deletionTimestamp !== undefined) return false
  if (object.kind !== 'ReplicaSet') return true
  const revisionOf = ({ metadata }: KubernetesObject): number =>
    Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
  const newest = Math.max(
    ...siblings.filter(({ kind }) => kind === 'ReplicaSet').map((one) => revisionOf(one)),
  )
  return revisionOf(object) === newest
}

/** The object and all that it owns, owners first: Service → Configuration → Revision → Deployment → … → Pod. */
const chainOf = (
  objects: readonly KubernetesObject[],
  root: KubernetesObject,
): KubernetesObject[] => {
  const owned = objects.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === root.metadata.uid),
  )
  // Of a Service's Revisions the last one made is the one that a person waits for.
  const latest = (root as { status?: { latestCreatedRevisionName?: string } }).status
    ?.latestCreatedRevisionName
  const current = owned.filter(
    (one) =>
      isCurrent(one, owned) && (one.kind !== 'Revision' || one.metadata.name === (latest ?? '')),
  )
  return [root, ...current.flatMap((one) => chainOf(objects, one))]
}

const eventTime = (event: Event): string =>
  event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? ''

/** The newest of the warnings with one of these reasons about one of these objects. */
const lastWarning = (
  warnings: readonly Event[],
  about: readonly KubernetesObject[],
  reasons: RegExp,
): Event | undefined => {
  const uids = new Set(about.map(({ metadata }) => metadata.uid))
  return warnings
    .filter(({ reason, involvedObject }) => reasons.test(reason) && uids.has(involvedObject.uid))
    .toSorted((a, b) => eventTime(b).localeCompare(eventTime(a)))[0]
}

/** No pod could be made at all: a quota, or a rule of the namespace. */
const refusedPods = (
  warnings: readonly Event[],
  chain: readonly KubernetesObject[],
): Cause | null => {
  const event = lastWarning(warnings, chain, /^FailedCreate$/)
  const deployment = chain.find((one) => isTrue(one, 'ReplicaFailure'))
  const message =
    deployment === undefined ? event?.message : conditionOf(deployment, 'ReplicaFailure')?.message
  if (message === undefined) return null
  const isQuota = /(exceeded|failed) quota/.test(message)
  const isRule = /violates PodSecurity/.test(message)
  return {
    object:
      deployment === undefined
        ? `${event!.involvedObject.kind} ${event!.involvedObject.name}`
        : nameOf(deployment),
    reason: message,
    remedy: isQuota
      ? 'Raise or remove the quota (kubectl -n inlet get resourcequota), or ask for less in the service.yaml'
      : isRule
        ? 'Give the pod the securityContext that the namespace demands (platform/deploy/function, platform/deploy/base)'
        : 'Change what the message names, then deploy again',
    isFinal: isQuota || isRule,
  }
}

const SAYS_FAILED = new Set(['Ready', 'Available', 'Progressing'])

const failedCondition = ({ status }: ConditionedObject): Condition | undefined =>
  status?.conditions?.find(({ type, status: state, message }) => {
    if (message === undefined || message === '') return false
    return type === 'Failed' ? state === 'True' : SAYS_FAILED.has(type) && state === 'False'
  })

/** The lowest object that says of itself that it failed. */
const failedObject = (chain: readonly KubernetesObject[]): Cause | null => {
  for (const object of chain.toReversed()) {
    const failed = failedCondition(object)
    if (failed === undefined) continue
    const isDigest = /resolve image|fetch image/i.test(failed.message ?? '')
    const type = object.kind.toLowerCase()
    return {
      object: nameOf(object),
      reason: [failed.reason, failed.message].filter(Boolean).join(': '),
      remedy: isDigest
        ? 'Name the image dev.local/… when the nodes hold it, or by a registry that the cluster reaches'
        : `Look closer: kubectl -n inlet describe ${type} ${object.metadata.name}`,
      isFinal: failed.type === 'Failed',
    }
  }
  return null
}

/** A Job starts a pod anew for each try; a second failure of the same program is no accident. */
const hasGivenUp = (root: KubernetesObject): boolean =>
  root.kind === 'Job' && ((root as { status?: { failed?: number } }).status?.failed ?? 0) > 1

/**
 * The one cause why a target is not ready: which object, why, and what to do. Pure: `objects` are what the
 * API server answered, `now` is the time of that. Null while nothing speaks against it.
 */
export const explain = (
  objects: readonly KubernetesObject[],
  { kind, name }: Target,
  now: Date,
  logs: Logs = new Map(),
): Cause | null => {
  const root = objects.find((one) => one.kind === kind && one.metadata.name === name)
  if (root === undefined) return null
  const chain = chainOf(objects, root)
  const pods = chain.filter((one) => one.kind === 'Pod')
  const warnings = objects.filter((one) => one.kind === 'Event') as Event[]
  const ofPods = pods.map((pod) => {
    const mount = lastWarning(warnings, [pod], /^FailedMount$/)
    return explainPod(pod, mount?.message, now, logs.get(pod.metadata.name))
  })
  const cause =
    ofPods.find((one) => one !== null) ?? refusedPods(warnings, chain) ?? failedObject(chain)
  return cause === null ? null : { ...cause, isFinal: cause.isFinal || hasGivenUp(root) }
}
