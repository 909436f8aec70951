import type { Kubectl } from '#platform/delivery/kubectl.ts'
import type { KubernetesObject } from '#platform/delivery/kubernetes-objects.ts'

type Pod = KubernetesObject & {
  spec: { containers: { name: string; image: string }[] }
  status?: {
    containerStatuses?: {
      name: string
      ready: boolean
      state?: { waiting?: { reason?: string } }
    }[]
  }
}

const NO_IMAGE = /^(?:ErrImagePull|ImagePullBackOff|ErrImageNeverPull)$/

/** What Grafana's pods say of it, in words; nothing waits for it. */
export const grafanaState = (pods: readonly KubernetesObject[]): string => {
  const statuses = (pods as readonly Pod[]).flatMap(({ spec, status }) =>
    (status?.containerStatuses ?? []).map((one) => ({
      ...one,
      image: spec.containers.find(({ name }) => name === one.name)?.image ?? '',
    })),
  )
  if (statuses.some(({ ready }) => ready)) return 'ready'
  const missing = statuses.find(({ state }) => NO_IMAGE.test(state?.waiting?.reason ?? ''))
  if (missing !== undefined) {
    return `not there: the nodes cannot get its image ${missing.image} (kind load docker-image); nothing else needs it`
  }
  const reason = statuses.find(({ state }) => state?.waiting?.reason !== undefined)
  return `starting${reason === undefined ? '' : ` (${reason.state?.waiting?.reason})`}`
}

/** The same of a cluster. */
export const describeGrafana = async (kubectl: Kubectl): Promise<string> =>
  grafanaState(await kubectl.list('pods', '--selector=app.kubernetes.io/name=grafana'))
