import type { DeliveryConfig } from '#platform/config.ts'
import { readVersions } from '#platform/deploy/read-versions.ts'
import { isReady } from './is-ready.ts'
import type { Kubectl } from './kubectl.ts'
import type { KubernetesObject } from './kubernetes-objects.ts'
import { contentOf } from './render-function.ts'
import { render } from './render.ts'
import { createSecrets } from './secrets.ts'
import { ready, type ClusterWatch } from './watch-cluster.ts'

/** A database that makes its files first. */
const STATEFUL_SECONDS = 180
const MIGRATION_SECONDS = 180
const WORKLOAD_SECONDS = 120

/** What the manifests call an image, and what it is here. */
export type Images = ReadonlyMap<string, string>

export const baseImages = async (gateway: string): Promise<Images> => {
  const versions = await readVersions()
  return new Map([
    ['inlet/gateway', gateway],
    ['inlet/postgres', versions.POSTGRES_IMAGE],
    ['inlet/prometheus', versions.PROMETHEUS_IMAGE],
    ['inlet/alertmanager', versions.ALERTMANAGER_IMAGE],
    ['inlet/grafana', versions.GRAFANA_IMAGE],
    ['inlet/metrics-adapter', versions.METRICS_ADAPTER_IMAGE],
  ])
}

/** How Prometheus gets the metrics of gateway and functions. */
type Metrics = DeliveryConfig['METRICS']

const OVERLAYS = {
  scrape: 'platform/deploy/overlays/kind',
  push: 'platform/deploy/overlays/otlp',
} as const satisfies Record<Metrics, string>

/** Everything beside the functions, in the two parts that a migration stands between. */
export const renderBase = async (
  images: Images,
  metrics: Metrics = 'scrape',
): Promise<{ before: KubernetesObject[]; gateway: KubernetesObject[] }> => {
  const objects = await render({ resources: [OVERLAYS[metrics]], images })
  const isGateway = ({ kind, metadata }: KubernetesObject): boolean =>
    kind === 'Deployment' && metadata.name === 'gateway'
  return {
    before: objects.filter((one) => !isGateway(one)),
    // A gateway of new code waits for the migrations that it may need.
    gateway: objects.filter(isGateway),
  }
}

/** Namespace, Secrets when they are absent, and all the rest; waits for Postgres. Answers the new Secrets' names. */
export const applyBase = async (
  kubectl: Kubectl,
  watch: ClusterWatch,
  objects: readonly KubernetesObject[],
): Promise<string[]> => {
  await kubectl.apply(objects.filter(({ kind }) => kind === 'Namespace'))
  const created = await createSecrets(kubectl)
  await kubectl.apply(objects.filter(({ kind }) => kind !== 'Namespace'))
  await watch.until(ready({ kind: 'StatefulSet', name: 'postgres' }, STATEFUL_SECONDS))
  return created
}

/** Runs the migration Job of this code once, and waits for it; answers whether it had been done before. */
export const migrate = async (
  kubectl: Kubectl,
  watch: ClusterWatch,
  images: Images,
): Promise<boolean> => {
  const rendered = await render({ resources: ['platform/deploy/migrate'], images })
  // A Job cannot be changed: other content is another Job.
  const name = `migrate-${contentOf(rendered)}`
  const job = await kubectl.get('jobs.batch', name)
  const wasDone = job !== null && isReady(job)
  // Of a deploy that failed or was stopped; a migration is done whole or not at all.
  if (job !== null && !wasDone) await kubectl.run(['delete', 'jobs.batch', name, '--wait'])
  await kubectl.apply(
    rendered.map((one) =>
      one.kind === 'Job' ? { ...one, metadata: { ...one.metadata, name } } : one,
    ),
  )
  await watch.until(ready({ kind: 'Job', name }, MIGRATION_SECONDS))
  return wasDone
}

/** Waits for what a deploy needs; not for Grafana, whose image may be out of reach. */
export const untilServing = async (watch: ClusterWatch): Promise<string[]> => {
  const targets = [
    { kind: 'Deployment', name: 'gateway' },
    { kind: 'Ingress', name: 'gateway' },
    { kind: 'StatefulSet', name: 'prometheus' },
    { kind: 'Deployment', name: 'metrics-adapter' },
  ]
  await Promise.all(targets.map((target) => watch.until(ready(target, WORKLOAD_SECONDS))))
  return [...new Set(targets.map(({ name }) => name))]
}
