/** What the delivery tools read of any object; `spec` and `status` are as the API server answers them. */
export type KubernetesObject = {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    generation?: number
    resourceVersion?: string
    creationTimestamp?: string
    deletionTimestamp?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: { uid: string }[]
  }
}

export type Condition = {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
}

/** One entry of a Knative Service's traffic. */
export type TrafficTarget = {
  tag?: string
  revisionName?: string
  latestRevision?: boolean
  percent?: number
}

export type KnativeService = KubernetesObject & {
  spec: { template: Template; traffic?: TrafficTarget[] }
  status?: {
    observedGeneration?: number
    conditions?: Condition[]
    latestCreatedRevisionName?: string
    traffic?: TrafficTarget[]
  }
}

export type Template = {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec: { containers: { name?: string; image: string; env?: { name: string; value?: string }[] }[] }
}

export type ConditionedObject = KubernetesObject & {
  status?: { observedGeneration?: number; conditions?: Condition[] }
}

/** The condition of this type, if the object has it. */
export const conditionOf = (object: KubernetesObject, type: string): Condition | undefined =>
  (object as ConditionedObject).status?.conditions?.find((condition) => condition.type === type)

/** Whether the object says so of itself. */
export const isTrue = (object: KubernetesObject, type: string): boolean =>
  conditionOf(object, type)?.status === 'True'
