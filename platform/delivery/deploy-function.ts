import type { ModelCard } from '#platform/runtime/model-card.ts'
import { changeTraffic, isRouted, readState } from './change-traffic.ts'
import type { Kubectl } from './kubectl.ts'
import { isTrue, type KnativeService, type KubernetesObject } from './kubernetes-objects.ts'
import { CONTENT_LABEL, SERVICE_LABEL, type RenderedVersion } from './render-function.ts'
import { supersededRevisions } from './superseded.ts'
import { moveTags, type TrafficState } from './traffic.ts'
import { find, ready, type ClusterWatch, type Snapshot } from './watch-cluster.ts'

/** Knative makes a Revision in milliseconds; a new Service's needs its webhook and its Configuration first. */
const REVISION_SECONDS = 30
/** A first pod on a busy machine. */
const READY_SECONDS = 180
const ROUTE_SECONDS = 60

const SERVICES = 'services.serving.knative.dev'
const REVISIONS = 'revisions.serving.knative.dev'

export type DeployedFunction = {
  model: string
  /** The Revision of each version. */
  revisions: ReadonlyMap<string, string>
  /** Versions whose Revision is new. */
  created: readonly string[]
  hasNewTraffic: boolean
}

const revisionsOf = (kubectl: Kubectl, model: string): Promise<KubernetesObject[]> =>
  kubectl.list(REVISIONS, `--selector=${SERVICE_LABEL}=${model}`, '--sort-by={.metadata.name}')

const stateOf = async (kubectl: Kubectl, model: string): Promise<TrafficState> => {
  const service = await kubectl.get(SERVICES, model)
  return service === null ? { traffic: [], previous: null } : readState(service as KnativeService)
}

const namesIn = (traffic: TrafficState['traffic'] | null): string[] =>
  (traffic ?? []).flatMap(({ revisionName }) => revisionName ?? [])

/** Applies a version and answers its new Revision, none of those in `before`. */
const makeRevision = async (
  kubectl: Kubectl,
  watch: ClusterWatch,
  { service, content }: RenderedVersion,
  before: Snapshot,
): Promise<string> => {
  const model = service.metadata.name
  const known = new Set(before.map(({ metadata }) => metadata.uid))
  await kubectl.apply([service])
  // Two changes of a Service in a row would be one Revision: the next version waits for this one's.
  const made = await watch.until({
    what: 'get a new Revision',
    target: { kind: 'Service', name: model },
    seconds: REVISION_SECONDS,
    find: (snapshot) =>
      snapshot.find(
        ({ kind, metadata: { labels, uid } }) =>
          kind === 'Revision' &&
          labels?.[SERVICE_LABEL] === model &&
          labels[CONTENT_LABEL] === content &&
          !known.has(uid),
      ) ?? null,
  })
  return made.metadata.name
}

/** Removes what earlier deploys left that has pods and answers nothing: Revisions that never became ready crash on for ever. */
const removeUnused = async (
  kubectl: Kubectl,
  model: string,
  wanted: Iterable<string>,
): Promise<void> => {
  const state = await stateOf(kubectl, model)
  const kept = new Set([...wanted, ...namesIn(state.traffic)])
  const ours = (await revisionsOf(kubectl, model)).filter(
    ({ metadata }) => metadata.labels?.[CONTENT_LABEL] !== undefined && !kept.has(metadata.name),
  )
  const failed = ours.filter((one) => !isTrue(one, 'Ready')).map(({ metadata }) => metadata.name)
  const unused = new Set([...failed, ...supersededRevisions(ours, state)])
  if (unused.size > 0) await kubectl.run(['delete', REVISIONS, ...unused, '--wait=false'])
}

/** The Revision of each version; those that are not there yet, or failed, are made. */
const makeRevisions = async (
  kubectl: Kubectl,
  watch: ClusterWatch,
  { name: model, default_version: standard }: ModelCard,
  versions: readonly RenderedVersion[],
): Promise<{ revisions: Map<string, string>; created: string[] }> => {
  const live = (await kubectl.get(SERVICES, model)) as KnativeService | null
  const routed = new Set(live === null ? [] : namesIn(readState(live).traffic))
  // Somebody may have changed the template, with `kn` perhaps, which keeps our labels.
  const isChanged = async ({ service }: RenderedVersion): Promise<boolean> =>
    (await kubectl.generationOf(service)) !== live?.metadata.generation
  const revisions = new Map<string, string>()
  const created: string[] = []
  let before = await revisionsOf(kubectl, model)
  // The last one applied is what the Service's template says from then on: the default version of this code.
  const isLast = ({ version }: RenderedVersion): boolean => version === standard
  for (const one of [...versions.filter((each) => !isLast(each)), ...versions.filter(isLast)]) {
    const latest = before.at(-1)
    const present = before.findLast(
      ({ metadata }) => metadata.labels?.[CONTENT_LABEL] === one.content,
    )
    const works =
      present !== undefined && (isTrue(present, 'Ready') || routed.has(present.metadata.name))
    const isOvertaken =
      isLast(one) && works && (present !== latest || created.length > 0 || (await isChanged(one)))
    if (works && !isOvertaken) {
      revisions.set(one.version, present.metadata.name)
      continue
    }
    if (present !== undefined && present === latest && !works) {
      // The same template again makes no Revision; Knative makes the latest one anew when it is gone.
      await kubectl.run(['delete', REVISIONS, present.metadata.name, '--wait'])
    }
    revisions.set(one.version, await makeRevision(kubectl, watch, one, before))
    created.push(one.version)
    before = await revisionsOf(kubectl, model)
  }
  return { revisions, created }
}

/** Waits until a Service's Route sends what its traffic says; throws DeliveryError with the cause. */
export const untilRouted = async (watch: ClusterWatch, model: string): Promise<void> => {
  const target = { kind: 'Service', name: model }
  await watch.until({
    what: 'route its traffic',
    target,
    seconds: ROUTE_SECONDS,
    find: (snapshot) => {
      const service = find(snapshot, target) as KnativeService | undefined
      return service !== undefined && isRouted(service) ? true : null
    },
  })
}

/**
 * Deploys the versions of a model that are not there yet, waits until they are ready, and moves the tags.
 * Throws DeliveryError when one does not become ready; the traffic is then as it was.
 */
export const deployFunction = async (
  kubectl: Kubectl,
  watch: ClusterWatch,
  cluster: string,
  card: ModelCard,
  versions: readonly RenderedVersion[],
): Promise<DeployedFunction> => {
  const { name: model, default_version: standard } = card
  const { revisions, created } = await makeRevisions(kubectl, watch, card, versions)
  if (created.length > 0) await removeUnused(kubectl, model, revisions.values())
  const waits = [...revisions.values()].map((name) =>
    watch.until(ready({ kind: 'Revision', name }, READY_SECONDS)),
  )
  await Promise.all(waits)
  const plan = (state: TrafficState): TrafficState => moveTags(state, revisions, standard)
  const { before, after } = await changeTraffic(kubectl, cluster, model, plan, 'kubectl')
  await untilRouted(watch, model)
  if (created.length > 0) await removeUnused(kubectl, model, revisions.values())
  return { model, revisions, created, hasNewTraffic: before !== after }
}
