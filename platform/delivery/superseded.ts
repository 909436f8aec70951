import type { KubernetesObject } from './kubernetes-objects.ts'
import type { TrafficState } from './traffic.ts'

const CLASS = 'autoscaling.knative.dev/class'
const HPA = 'hpa.autoscaling.knative.dev'

/**
 * Names of a Service's Revisions that nothing leads to, now or by a rollback, and that still keep a pod: the
 * HPA class has no zero, and Knative removes old Revisions only after days.
 */
export const supersededRevisions = (
  revisions: readonly KubernetesObject[],
  { traffic, previous }: TrafficState,
): string[] => {
  const reachable = new Set([...traffic, ...(previous ?? [])].map((one) => one.revisionName))
  return revisions
    .filter(({ metadata }) => metadata.annotations?.[CLASS] === HPA)
    .map(({ metadata }) => metadata.name)
    .filter((name) => !reachable.has(name))
}
