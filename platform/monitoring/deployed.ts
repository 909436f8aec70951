import type { Kubectl } from '#platform/delivery/kubectl.ts'
import {
  isTrue,
  type KnativeService,
  type KubernetesObject,
} from '#platform/delivery/kubernetes-objects.ts'
import { SERVICE_LABEL, VERSION_LABEL } from '#platform/delivery/render-function.ts'
import { tagOf } from '#platform/runtime/model-card.ts'
import { versionKey } from './figures.ts'

/** How a version stands in the cluster. */
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
      const percent = targets
        .filter(({ tag }) => tag === tagOf(version))
        .reduce((total, target) => total + (target.percent ?? 0), 0)
      const readyPods = pods.filter(
        (pod) =>
          pod.metadata.labels?.[SERVICE_LABEL] === model &&
          pod.metadata.labels[VERSION_LABEL] === version &&
          isTrue(pod, 'Ready'),
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
