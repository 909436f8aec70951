import { createHash } from 'node:crypto'
import type { DeliveryConfig } from '#platform/config.ts'
import type { KnativeService, KubernetesObject } from './kubernetes-objects.ts'
import { NAMESPACE } from './kubectl.ts'
import { render } from './render.ts'

/** The version that a Revision serves. */
const VERSION_LABEL = 'inlet.dev/version'
/** What a Revision was rendered from: equal content is not deployed again. */
export const CONTENT_LABEL = 'inlet.dev/content'
/** Knative's own label of a Revision: the Service that it belongs to. */
export const SERVICE_LABEL = 'serving.knative.dev/service'

const HASH_DIGITS = 12

/** JSON with its keys in order: equal objects have equal texts. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/** Some hexadecimal digits that change when an object does. */
export const contentOf = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest('hex').slice(0, HASH_DIGITS)

const environmentPatch = (version: string) => ({
  target: { group: 'serving.knative.dev', kind: 'Service' },
  patch: JSON.stringify([
    {
      op: 'add',
      path: '/spec/template/spec/containers/0/env/-',
      value: { name: 'MODEL_VERSION', value: version },
    },
  ]),
})

type Metrics = DeliveryConfig['METRICS']

/** What else a function has, by how its metrics reach Prometheus. */
const COMPONENTS = {
  scrape: [],
  push: ['platform/deploy/overlays/otlp-function'],
} as const satisfies Record<Metrics, readonly string[]>

export type RenderedVersion = { version: string; service: KubernetesObject; content: string }

/** One version of a model as a Knative Service: its service.yaml, what every function has, its image and labels. */
export const renderFunction = async (
  model: string,
  version: string,
  image: string,
  metrics: Metrics = 'scrape',
): Promise<RenderedVersion> => {
  const [rendered] = await render({
    resources: [`functions/${model}/service.yaml`],
    components: ['platform/deploy/function', ...COMPONENTS[metrics]],
    images: new Map([['inlet/function', image]]),
    patches: [environmentPatch(version)],
  })
  const service = rendered as KnativeService
  const { template } = service.spec
  const content = contentOf(template)
  const labels = {
    ...template.metadata?.labels,
    [VERSION_LABEL]: version,
    [CONTENT_LABEL]: content,
  }
  return {
    version,
    content,
    service: {
      ...service,
      metadata: { ...service.metadata, namespace: NAMESPACE },
      spec: { template: { ...template, metadata: { ...template.metadata, labels } } },
    } as KubernetesObject,
  }
}
