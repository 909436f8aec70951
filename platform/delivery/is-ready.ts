import { isTrue, type KubernetesObject } from './kubernetes-objects.ts'

type Workload = KubernetesObject & {
  spec?: { replicas?: number }
  status?: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    readyReplicas?: number
  }
}

/** Whether an object is ready as its newest specification asks, by the signs of its kind. */
export const isReady = (object: KubernetesObject): boolean => {
  const { metadata, spec, status } = object as Workload
  const isObserved = (status?.observedGeneration ?? 0) === metadata.generation
  const wanted = spec?.replicas ?? 1
  switch (object.kind) {
    case 'Job':
      return isTrue(object, 'Complete')
    case 'Deployment':
    case 'StatefulSet':
      // Old pods that still answer are in `replicas`, and in `readyReplicas` too.
      return (
        isObserved &&
        status?.updatedReplicas === wanted &&
        status.readyReplicas === wanted &&
        status.replicas === wanted
      )
    default:
      return isObserved && isTrue(object, 'Ready')
  }
}
