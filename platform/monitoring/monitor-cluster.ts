import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import type { MonitoringConfig } from '#platform/config.ts'
import { checkCluster } from '#platform/delivery/check-cluster.ts'
import { baseImages, renderBase } from '#platform/delivery/deploy-base.ts'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'
import { createKubectl, NAMESPACE, type Kubectl } from '#platform/delivery/kubectl.ts'
import type { KubernetesObject } from '#platform/delivery/kubernetes-objects.ts'
import { createSteps } from '#platform/delivery/steps.ts'
import { ready, watchCluster } from '#platform/delivery/watch-cluster.ts'
import { checkRules, describeTargets, untilTargetsUp } from './check-prometheus.ts'
import { describeGrafana } from './grafana-state.ts'
import { createPrometheusApi } from '#observability/prometheus-api.ts'

const DEPLOY = path.resolve(import.meta.dirname, '../deploy')
/** Prometheus' configuration, by how it gets the metrics. */
const CONFIGURATIONS = {
  scrape: 'base/prometheus/prometheus.yaml',
  push: 'overlays/otlp/prometheus.yaml',
}
/** What watches; all else of a deployment is left as it is. */
const PARTS = new Set(['prometheus', 'alertmanager', 'grafana', 'metrics-adapter'])
const NAME = 'app.kubernetes.io/name'
const WORKLOAD_SECONDS = 120
/** Finding targets, a scrape, and a model that wakes. */
const TARGET_SECONDS = 60

/** Whether an object belongs to what watches; the last is what lets Kourier in to all of them. */
export const isMonitoring = ({ kind, metadata }: KubernetesObject): boolean =>
  PARTS.has(metadata.labels?.[NAME] ?? '') ||
  (kind === 'NetworkPolicy' && metadata.name === 'from-kourier')

type Metrics = MonitoringConfig['METRICS']

const jobs = async (metrics: Metrics): Promise<string[]> => {
  const file = path.join(DEPLOY, CONFIGURATIONS[metrics])
  const { scrape_configs } = parse(await readFile(file, 'utf8')) as {
    scrape_configs: { job_name: string }[]
  }
  return scrape_configs.map(({ job_name }) => job_name)
}

const apply = async (kubectl: Kubectl, metrics: Metrics): Promise<void> => {
  // Of the gateway nothing is applied, so that its image need not be built.
  const { before } = await renderBase(await baseImages('inlet/gateway:unused'), metrics)
  await kubectl.apply(before.filter(isMonitoring))
  const watch = watchCluster(kubectl)
  const waited = ['prometheus', 'alertmanager'].map((name) =>
    watch.until(ready({ kind: 'StatefulSet', name }, WORKLOAD_SECONDS)),
  )
  await Promise.all(waited)
}

/**
 * Brings what watches the cluster up to what the checkout says, and prints where it is.
 * Throws DeliveryError when a scrape job has no target that is up, or a rule fails.
 */
export const monitorCluster = async (config: MonitoringConfig): Promise<void> => {
  const { CLUSTER: cluster, HOST_PORT: port, METRICS: metrics } = config
  const kubectl = createKubectl(cluster)
  const steps = createSteps()
  const prometheus = createPrometheusApi(`http://prometheus.localhost:${port}`)
  await steps.run('cluster', async (say) => {
    await checkCluster(kubectl, cluster)
    if ((await kubectl.get('secret', 'inlet-grafana')) === null) {
      throw new DeliveryError(
        `Nothing is deployed on the cluster ${cluster} yet: make deploy does that, monitoring included.`,
      )
    }
    say(`kind-${cluster} answers`)
  })
  await steps.run('monitoring', async (say) => {
    await apply(kubectl, metrics)
    say('ready: prometheus, alertmanager')
  })
  const scraped = await jobs(metrics)
  const targets = await steps.run('targets', async (say) => {
    const found = await untilTargetsUp(prometheus, scraped, TARGET_SECONDS)
    say(`each of ${scraped.length} jobs has some that are up`)
    return found
  })
  await steps.run('rules', async (say) => {
    const rules = await prometheus.rules()
    checkRules(rules)
    say(`${rules.count} loaded, none fails`)
  })
  console.log(`
${describeTargets(scraped, targets)}

Prometheus     http://prometheus.localhost:${port}  (alerts: /alerts, targets: /targets)
Alertmanager   http://alertmanager.localhost:${port}
Grafana        http://grafana.localhost:${port}  ${await describeGrafana(kubectl)}
               user admin, password: kubectl --context kind-${cluster} --namespace ${NAMESPACE} get secret inlet-grafana --output jsonpath='{.data.admin-password}' | base64 --decode
On one screen  make status
`)
}
