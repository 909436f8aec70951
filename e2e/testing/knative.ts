import { getObject, getObjects, type KubernetesObject } from './kubectl.ts'
import { until, type Patience } from './until.ts'

export type TrafficTarget = { revisionName: string; percent?: number; tag?: string }

const SERVICE = 'serving.knative.dev/service'
export const REVISION = 'serving.knative.dev/revision'

const isReady = ({ status }: KubernetesObject): boolean =>
  (status?.conditions ?? []).some(
    ({ type, status: state }: { type: string; status: string }) =>
      type === 'Ready' && state === 'True',
  )

/** Pods of a model, or of one of its revisions, that are not on their way out. */
export const podsOf = async (model: string, revision?: string): Promise<KubernetesObject[]> => {
  const labels = `${SERVICE}=${model}${revision === undefined ? '' : `,${REVISION}=${revision}`}`
  const pods = await getObjects('pods', labels)
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

export const readyPodsOf = async (model: string, revision?: string): Promise<KubernetesObject[]> =>
  (await podsOf(model, revision)).filter(isReady)

/** Waits until a model has no pod that could answer: the next request wakes it. */
export const untilZero = async (model: string, patience: Patience = {}): Promise<void> => {
  await until(
    `${model} has no pod`,
    async () => {
      const scales = await getObjects('podautoscalers', `${SERVICE}=${model}`)
      const isAsleep = scales.every(({ status }) => (status?.actualScale ?? 0) === 0)
      return isAsleep && (await podsOf(model)).length === 0
    },
    { seconds: 180, everyMs: 1000, ...patience },
  )
}

/** The revision that each tag leads to, and its share. */
export const trafficOf = async (model: string): Promise<TrafficTarget[]> =>
  (await getObject('ksvc', model)).spec.traffic as TrafficTarget[]

export const isServiceReady = async (model: string): Promise<boolean> => {
  const service = await getObject('ksvc', model)
  return service.status?.observedGeneration === service.metadata.generation && isReady(service)
}

/** Waits until the cluster has what the Knative Service asks for, its routes too. */
export const untilServiceReady = async (model: string): Promise<void> => {
  await until(`Knative Service ${model} is ready`, () => isServiceReady(model))
}

/** The revision that a tag, such as v2-0-0, leads to. */
export const revisionOf = async (model: string, tag: string): Promise<string> => {
  const traffic = await trafficOf(model)
  const found = traffic.find((target) => target.tag === tag)
  if (found === undefined) throw new Error(`${model} has no tag ${tag}: ${JSON.stringify(traffic)}`)
  return found.revisionName
}

/** The revision that answers most of what comes without a tag. */
export const busiestRevisionOf = async (model: string): Promise<string> => {
  const [most] = (await trafficOf(model)).toSorted((a, b) => (b.percent ?? 0) - (a.percent ?? 0))
  return most!.revisionName
}

export type Scale = { ready: number; desired: number }

/**
 * Ready pods and what the autoscaler wants, of the revision that answers most: one that a rollback would lead to
 * may have a pod of its own.
 */
export const scaleOf = async (model: string): Promise<Scale> => {
  const labels = `${REVISION}=${await busiestRevisionOf(model)}`
  const [scalers, deployments] = await Promise.all([
    getObjects('podautoscalers', labels),
    getObjects('deployments', labels),
  ])
  const sum = (objects: readonly KubernetesObject[], field: string): number =>
    objects.reduce((total, { status }) => total + Math.max(0, Number(status?.[field] ?? 0)), 0)
  return { ready: sum(deployments, 'readyReplicas'), desired: sum(scalers, 'desiredScale') }
}

/** How the autoscaler treats the newest revision of a model: its annotations with Knative's own defaults. */
export const autoscalingOf = async (model: string): Promise<Record<string, string>> => {
  const service = await getObject('ksvc', model)
  const name = String(service.status.latestReadyRevisionName)
  const { annotations = {} } = (await getObject('podautoscaler', name)).metadata
  return annotations
}
