import type { Kubectl } from '#platform/delivery/kubectl.ts'
import {
  isTrue,
  type KnativeService,
  type KubernetesObject,
} from '#platform/delivery/kubernetes-objects.ts'
import { tagOf } from '#platform/runtime/model-card.ts'
import { versionKey } from './figures.ts'

const REVISION_LABEL = 'serving.knative.dev/revision'

/** How a version stands in the cluster: its share, and the ready pods that answer for it. */
export type Deployed = { percent: number; readyPods: number }

/** The share and the ready pods of each of these versions. */
export const deployedOf = (
  versions: readonly { model: string; version: string }[],
  objects: readonly KubernetesObject[],
): Map<string, Deployed> => {
  const pods = objects.filter(
    (one) => one.kind === 'Pod' && one.metadata.deletionTimestamp === undefined,
  )
  return new Map(
    versions.map(({ model, version }) => {
      const service = objects.find(
        ({ kind, metadata }) => kind === 'Service' && metadata.name === model,
      ) as KnativeService | undefined
      const targets = service?.status?.traffic ?? []
      const own = targets.filter(({ tag }) => tag === tagOf(version))
      const percent = own.reduce((total, target) => total + (target.percent ?? 0), 0)
      // Those of a Revision that another has followed answer nothing any more.
      const revisions = new Set(own.map(({ revisionName }) => revisionName))
      const readyPods = pods.filter(
        (pod) => revisions.has(pod.metadata.labels?.[REVISION_LABEL]) && isTrue(pod, 'Ready'),
      ).length
      return [versionKey(model, version), { percent, readyPods }]
    }),
  )
}

/** The same, asked of the cluster. Throws ProgramError. */
export const readDeployed = async (
  kubectl: Kubectl,
  versions: readonly { model: string; version: string }[],
): Promise<Map<string, Deployed>> =>
  deployedOf(
    versions,
    await kubectl.list('services.serving.knative.dev,pods', '--request-timeout=5s'),
  )
