import { randomUUID } from 'node:crypto'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'
import type { Kubectl } from '#platform/delivery/kubectl.ts'
import type {
  KnativeService,
  KubernetesObject,
  Template,
  TrafficTarget,
} from '#platform/delivery/kubernetes-objects.ts'
import { CONTENT_LABEL, type RenderedVersion } from '#platform/delivery/render-function.ts'
import { ProgramError } from '#platform/tools/run-program.ts'
import type { ClusterWatch } from '#platform/delivery/watch-cluster.ts'

type Patch = {
  metadata: { resourceVersion?: string; annotations?: Record<string, string> }
  spec?: KnativeService['spec']
}

const condition = (type: string, isTrue: boolean) => ({
  type,
  status: isTrue ? 'True' : 'False',
})

/** As much of Knative as the delivery tools talk to: one Service, its Revisions and its traffic. */
export const createFakeCluster = (model: string) => {
  let service: KnativeService | null = null
  let revisions: KubernetesObject[] = []
  let isBroken = false
  let templates = 0
  const calls = { applied: 0, beforePatch: (): void => {} }

  const revise = (template: Template): void => {
    const name = `${model}-${String(templates).padStart(5, '0')}`
    revisions.push({
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Revision',
      metadata: {
        name,
        uid: randomUUID(),
        generation: 1,
        labels: { ...template.metadata?.labels, 'serving.knative.dev/service': model },
        annotations: template.metadata?.annotations ?? {},
      },
      status: { observedGeneration: 1, conditions: [condition('Ready', !isBroken)] },
    } as KubernetesObject)
  }
  const write = (spec: KnativeService['spec'], annotations: Record<string, string>): void => {
    const generation = (service?.metadata.generation ?? 0) + 1
    service = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: model, generation, resourceVersion: randomUUID(), annotations },
      spec,
      status: { observedGeneration: generation, conditions: [condition('RoutesReady', true)] },
    }
  }
  const isSame = (template: Template): boolean =>
    JSON.stringify(template) === JSON.stringify(service?.spec.template)
  const applyService = ({ spec: { template } }: KnativeService): void => {
    calls.applied++
    if (isSame(template)) return
    const traffic = service?.spec.traffic ?? [{ latestRevision: true, percent: 100 }]
    write({ template, traffic }, service?.metadata.annotations ?? {})
    templates++
    revise(template)
  }
  const patch = ({ metadata, spec }: Patch): void => {
    calls.beforePatch()
    if (metadata.resourceVersion !== service?.metadata.resourceVersion) {
      const said = 'Operation cannot be fulfilled: the object has been modified'
      throw new ProgramError('kubectl', ['patch'], said, false)
    }
    const annotations = { ...service!.metadata.annotations, ...metadata.annotations }
    write({ ...service!.spec, ...spec }, annotations)
  }
  const remove = (names: readonly string[]): void => {
    const latest = revisions.at(-1)
    revisions = revisions.filter(({ metadata }) => !names.includes(metadata.name))
    // The Configuration makes its latest Revision anew.
    if (latest !== undefined && names.includes(latest.metadata.name)) {
      revise(service!.spec.template)
    }
  }

  const kubectl: Kubectl = {
    run: async ([verb, , ...args]) => {
      if (verb === 'patch') patch(JSON.parse(args.at(-1)!) as Patch)
      else if (verb === 'delete') remove(args.filter((one) => !one.startsWith('--')))
      else throw new Error(`the fake cluster knows no kubectl ${verb}`)
      return ''
    },
    list: async (kinds) =>
      kinds.startsWith('revisions') ? [...revisions] : service === null ? [] : [service],
    get: async () => service,
    apply: async (objects) => {
      for (const object of objects) applyService(object as KnativeService)
    },
    generationOf: async (object) =>
      service!.metadata.generation! + (isSame((object as KnativeService).spec.template) ? 0 : 1),
  }
  const watch: ClusterWatch = {
    until: async ({ find, target, what }) => {
      const found = find(service === null ? revisions : [service, ...revisions])
      if (found === null) throw new DeliveryError(`${target.name} did not ${what}`)
      return found
    },
  }
  return {
    kubectl,
    watch,
    calls,
    /** From now on new Revisions do not become ready, or do again. */
    breakRevisions: (broken: boolean) => {
      isBroken = broken
    },
    /** What somebody does with another tool. */
    route: (traffic: TrafficTarget[]) => {
      write({ ...service!.spec, traffic }, service!.metadata.annotations ?? {})
    },
    /** What `kn service update` does: another template with the same labels. */
    changeTemplate: (annotations: Record<string, string>) => {
      const { template } = service!.spec
      const metadata = { ...template.metadata, annotations }
      applyService({ ...service!, spec: { template: { ...template, metadata } } })
    },
    service: () => service!,
    revisions: () => revisions.map(({ metadata }) => metadata.name),
  }
}

/** What rendering gives for versions of some code. */
export const renderedVersions = (
  model: string,
  versions: readonly string[],
  code: string,
  annotations: Record<string, string> = {},
): RenderedVersion[] =>
  versions.map((version) => {
    const content = `${code}-${version}`
    const labels = { [CONTENT_LABEL]: content }
    const spec = { containers: [{ image: `dev.local/${model}:${code}` }] }
    const service = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: model },
      spec: { template: { metadata: { labels, annotations }, spec } },
    }
    return { version, content, service }
  })
