import { z } from 'zod'
import { DeliveryError } from './delivery-error.ts'
import { hasKn, updateWithKn } from './kn.ts'
import type { Kubectl } from './kubectl.ts'
import { isTrue, type KnativeService, type TrafficTarget } from './kubernetes-objects.ts'
import { ProgramError } from '#platform/tools/run-program.ts'
import { isSameTraffic, PREVIOUS_TRAFFIC, type TrafficState } from './traffic.ts'

/** Of the traffic alone, so that applying the manifests leaves it as it is. */
const TRAFFIC_MANAGER = 'inlet-traffic'
/** Changes by others between our reading and our writing. */
const MOST_CONFLICTS = 5

const previousTraffic = z.array(
  z.strictObject({
    tag: z.string().optional(),
    revisionName: z.string().optional(),
    latestRevision: z.boolean().optional(),
    percent: z.int().min(0).max(100).optional(),
  }),
)

const readPrevious = (service: KnativeService): TrafficTarget[] | null => {
  const text = service.metadata.annotations?.[PREVIOUS_TRAFFIC]
  if (text === undefined) return null
  try {
    return previousTraffic.parse(JSON.parse(text)) as TrafficTarget[]
  } catch {
    throw new DeliveryError(
      `The annotation ${PREVIOUS_TRAFFIC} of ${service.metadata.name} is not a traffic that this tool wrote: remove it with kubectl annotate services.serving.knative.dev/${service.metadata.name} ${PREVIOUS_TRAFFIC}-`,
    )
  }
}

/** The traffic of a Knative Service, now and before its last change. */
export const readState = (service: KnativeService): TrafficState => ({
  traffic: service.spec.traffic ?? [],
  previous: readPrevious(service),
})

/** Reads a model's Service; throws DeliveryError with the names of those there are. */
export const readService = async (kubectl: Kubectl, model: string): Promise<KnativeService> => {
  const services = await kubectl.list('services.serving.knative.dev')
  const found = services.find(({ metadata }) => metadata.name === model)
  if (found !== undefined) return found as KnativeService
  const names = services.map(({ metadata }) => metadata.name).join(', ')
  throw new DeliveryError(
    names === ''
      ? 'Nothing is deployed yet: run make deploy'
      : `There is no model ${JSON.stringify(model)}; there are ${names}`,
  )
}

/** A Route to a Revision that is gone would answer nothing. */
const checkRevisions = async (kubectl: Kubectl, traffic: readonly TrafficTarget[]) => {
  const revisions = await kubectl.list('revisions.serving.knative.dev')
  const names = new Set(revisions.map(({ metadata }) => metadata.name))
  for (const { revisionName = '', latestRevision } of traffic) {
    if (latestRevision === true || names.has(revisionName)) continue
    throw new DeliveryError(
      `The Revision ${revisionName} does not exist any more: Knative removes old ones without traffic, and make deploy those that failed. Set the shares among what there is with make split, or deploy the code of then`,
    )
  }
}

/** One patch with the version that was read: a change in between is a conflict, not lost. */
const patch = async (
  kubectl: Kubectl,
  { metadata }: KnativeService,
  { traffic, previous }: TrafficState,
  withTraffic: boolean,
): Promise<void> => {
  const annotations = previous !== null && { [PREVIOUS_TRAFFIC]: JSON.stringify(previous) }
  const body = {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      ...(annotations !== false && { annotations }),
    },
    ...(withTraffic && { spec: { traffic } }),
  }
  const manager = `--field-manager=${TRAFFIC_MANAGER}`
  const name = `services.serving.knative.dev/${metadata.name}`
  await kubectl.run(['patch', name, '--type=merge', manager, '-p', JSON.stringify(body)])
}

export type Writer = 'kn' | 'kubectl'

const write = async (
  kubectl: Kubectl,
  cluster: string,
  service: KnativeService,
  next: TrafficState,
  writer: Writer,
): Promise<void> => {
  await patch(kubectl, service, next, writer === 'kubectl')
  if (writer === 'kn') {
    await updateWithKn(cluster, service.metadata.name, service.spec.traffic ?? [], next.traffic)
  }
}

const isConflict = (thrown: unknown): boolean =>
  thrown instanceof ProgramError && /the object has been modified/.test(thrown.detail)

/** `kn` where it is installed; both write the same. */
export const chooseWriter = async (): Promise<Writer> => ((await hasKn()) ? 'kn' : 'kubectl')

/**
 * Reads a Service's traffic, plans the next, and writes it; again from the start when somebody else
 * wrote in between. Answers the two traffics. Throws DeliveryError, or ProgramError from the server.
 */
export const changeTraffic = async (
  kubectl: Kubectl,
  cluster: string,
  model: string,
  plan: (state: TrafficState) => TrafficState,
  writer: Writer,
): Promise<{ before: TrafficState; after: TrafficState }> => {
  for (let attempt = 1; ; attempt++) {
    const service = await readService(kubectl, model)
    const before = readState(service)
    const after = plan(before)
    if (isSameTraffic(before.traffic, after.traffic)) return { before, after: before }
    await checkRevisions(kubectl, after.traffic)
    try {
      await write(kubectl, cluster, service, after, writer)
      return { before, after }
    } catch (thrown) {
      if (!isConflict(thrown) || attempt === MOST_CONFLICTS) throw thrown
    }
  }
}

/** Whether a Service's Route sends what its traffic says. */
export const isRouted = (service: KnativeService): boolean => {
  const { metadata, status } = service
  return status?.observedGeneration === metadata.generation && isTrue(service, 'RoutesReady')
}
