import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { contentOf, renderFunction } from '#platform/delivery/render-function.ts'
import type { KnativeService } from '#platform/delivery/kubernetes-objects.ts'
import { KUBECTL, needs } from '#platform/testing/needs.ts'

type Configuration = {
  scrape_configs: { job_name: string; relabel_configs: object[] }[]
  otlp?: object
}

/** The jobs of what can push instead. */
const pushes = new Set(['functions', 'gateway'])
/** As Kubernetes' discovery writes the label inlet.dev/metrics. */
const POD_LABEL = '__meta_kubernetes_pod_label_inlet_dev_metrics'

const read = async (file: string): Promise<Configuration> =>
  parse(await readFile(path.join(import.meta.dirname, file), 'utf8')) as Configuration

test('where metrics are pushed Prometheus scrapes all but what pushes, and is the same otherwise', async () => {
  const base = await read('base/prometheus/prometheus.yaml')
  const { otlp, ...others } = await read('overlays/otlp/prometheus.yaml')
  expect(otlp).toBeDefined()
  const scraped = base.scrape_configs.filter(({ job_name }) => !pushes.has(job_name))
  expect(base.scrape_configs.length - scraped.length).toBe(pushes.size)
  expect(others).toEqual({ ...base, scrape_configs: scraped })
})

const kubectl = needs('functions that push', 'kubectl', KUBECTL)
test.skipIf(kubectl === null)(
  'a function that pushes differs by its receiver and by a label that keeps it from being scraped',
  async () => {
    const environmentOf = async (metrics: 'scrape' | 'push') => {
      const { service } = await renderFunction('iris', '1.0.0', 'dev.local/iris:1', metrics)
      const { metadata, spec } = (service as KnativeService).spec.template
      const { env = [], ...rest } = spec.containers[0]!
      return { env, labels: metadata?.labels, rest: contentOf(rest) }
    }
    const [scraped, pushing] = [await environmentOf('scrape'), await environmentOf('push')]
    const names = new Set(scraped.env.map(({ name }) => name))
    expect(pushing.env.filter(({ name }) => !names.has(name))).toEqual([
      {
        name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
        value: 'http://prometheus.inlet.svc.cluster.local:9090/api/v1/otlp/v1/metrics',
      },
      { name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'namespace=inlet' },
    ])
    expect(pushing.labels).toEqual({
      ...scraped.labels,
      'inlet.dev/content': expect.any(String) as string,
      'inlet.dev/metrics': 'pushed',
    })
    const { scrape_configs: jobs } = await read('base/prometheus/prometheus.yaml')
    for (const { job_name, relabel_configs } of jobs.filter((job) => pushes.has(job.job_name))) {
      const pushed = { action: 'drop', source_labels: [POD_LABEL], regex: 'pushed' }
      expect(relabel_configs, job_name).toContainEqual(pushed)
    }
    expect(pushing.rest).toBe(scraped.rest)
  },
)
