import type { KubernetesObject } from './kubernetes-objects.ts'

/** Why an object does not become ready. */
export type Cause = {
  /** Such as `Pod sentiment-00002-deployment-7c9f-x2x`. */
  object: string
  reason: string
  remedy: string
  /** Waiting longer does not help. */
  isFinal: boolean
}

export type Event = KubernetesObject & {
  involvedObject: { uid?: string; kind: string; name: string }
  type: string
  reason: string
  message: string
  lastTimestamp?: string | null
  eventTime?: string | null
}

/** A pod's log, by the pod's name: what a program says of itself is in no status. */
export type Logs = ReadonlyMap<string, string>
