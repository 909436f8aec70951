import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { KubernetesObject } from '#platform/delivery/kubernetes-objects.ts'
import { containersOf, isWorkload, renderAll } from '#platform/testing/manifests.ts'
import { KUBECTL, needs } from '#platform/testing/needs.ts'
import { readVersions } from './read-versions.ts'

const root = path.resolve(import.meta.dirname, '../..')
const kubectl = needs('the manifests, rendered', 'kubectl', KUBECTL)
const suite = test.skipIf(kubectl === null)

const versions = await readVersions()
const images = new Map([
  ['inlet/function', 'dev.local/function:0123456789ab'],
  ['inlet/gateway', 'dev.local/gateway:0123456789ab'],
  ['inlet/postgres', versions.POSTGRES_IMAGE],
  ['inlet/prometheus', versions.PROMETHEUS_IMAGE],
  ['inlet/alertmanager', versions.ALERTMANAGER_IMAGE],
  ['inlet/grafana', versions.GRAFANA_IMAGE],
  ['inlet/metrics-adapter', versions.METRICS_ADAPTER_IMAGE],
  ['fluent/fluent-bit', versions.FLUENT_BIT_IMAGE],
])
const rendered = kubectl === null ? new Map<string, KubernetesObject[]>() : await renderAll(images)
const objects = [...rendered.values()].flat()
const workloads = objects.filter(isWorkload)
const named = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`
const kind = (name: string, folder: string): KubernetesObject[] =>
  (rendered.get(folder) ?? []).filter((one) => one.kind === name)
const KIND = 'platform/deploy/overlays/kind'
const LOKI = 'platform/deploy/overlays/logging-loki'

/** Who may hold a token: Prometheus looks for pods, the adapter asks who is calling. */
const WITH_TOKEN = ['metrics-adapter', 'prometheus']
/** Reads the node's log files, which are root's, and has no capability of root. */
const AS_ROOT = 'fluent-bit'

suite('every part is there', () => {
  const names = workloads.map(({ metadata }) => metadata.name)
  expect(names).toEqual(expect.arrayContaining(['postgres', 'gateway', 'prometheus', 'migrate']))
  expect(names).toEqual(expect.arrayContaining(['grafana', 'metrics-adapter', 'iris', 'digits']))
  expect(names).toEqual(expect.arrayContaining(['alertmanager', 'fluent-bit']))
  expect(kind('Service', 'platform/deploy/overlays/accelerator-sentiment')).toMatchObject([
    { spec: { template: { spec: { tolerations: [{ key: 'nvidia.com/gpu' }] } } } },
  ])
})

suite(
  'no container but one is root; none gains rights, writes to its image or takes what it likes',
  () => {
    for (const workload of workloads) {
      const pod = workload.spec.template.spec.securityContext
      for (const container of containersOf(workload)) {
        expect(
          { ...pod, ...container.securityContext },
          `${named(workload)}, ${container.image}`,
        ).toMatchObject({
          ...(workload.metadata.name === AS_ROOT ? {} : { runAsNonRoot: true }),
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        })
        expect(container.securityContext?.capabilities?.add).toBeUndefined()
        const anything = expect.any(String) as string
        expect(container.resources, named(workload)).toMatchObject({
          requests: { cpu: anything, memory: anything },
          limits: { cpu: anything, memory: anything },
        })
      }
    }
  },
)

suite('each workload has an account of its own, and a token only where it needs one', () => {
  const accounts = new Map(
    [...kind('ServiceAccount', KIND), ...kind('ServiceAccount', LOKI)].map((one) => [
      one.metadata.name,
      one as KubernetesObject & { automountServiceAccountToken?: boolean },
    ]),
  )
  const holders = new Set<string>()
  for (const workload of workloads) {
    const { serviceAccountName, automountServiceAccountToken } = workload.spec.template.spec
    const account = accounts.get(serviceAccountName ?? 'default')
    expect(account, `the account of ${named(workload)}`).toBeDefined()
    if (automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true) {
      holders.add(workload.metadata.name)
    }
  }
  expect([...holders].toSorted()).toEqual(WITH_TOKEN)
})

suite('every image is pinned, and none is pulled again', () => {
  for (const workload of workloads) {
    for (const { image, imagePullPolicy } of containersOf(workload)) {
      expect([...images.values()], named(workload)).toContain(image)
      expect(image).toMatch(/:(?!latest)[\w.-]+(@sha256:[0-9a-f]{64})?$/)
      expect(imagePullPolicy, named(workload)).toBe('IfNotPresent')
    }
  }
})

suite('every object says whose it is', () => {
  for (const one of objects) {
    expect(one.metadata.labels, named(one)).toMatchObject({
      'app.kubernetes.io/part-of': 'inlet',
      'app.kubernetes.io/name': expect.any(String) as string,
    })
  }
  for (const { metadata, spec } of workloads) {
    expect(spec.template.metadata?.labels).toMatchObject({
      'app.kubernetes.io/part-of': 'inlet',
      'app.kubernetes.io/name': metadata.name,
    })
  }
})

suite('no secret stands in a manifest', () => {
  expect(objects.filter((one) => one.kind === 'Secret').map(named)).toEqual([])
  for (const workload of workloads) {
    const variables = containersOf(workload).flatMap(({ env }) => env ?? [])
    const open = variables.filter(({ value }) => value !== undefined).map(({ name }) => name)
    expect(open.filter((name) => /PASSWORD|TOKEN|DATABASE_URL/.test(name))).toEqual([])
  }
  expect(JSON.stringify(objects)).not.toMatch(/postgres(ql)?:\/\//)
})

suite('Kourier leads to a port that its Service has, by number', () => {
  const services = kind('Service', KIND) as (KubernetesObject & {
    spec: { ports: { name: string; port: number; targetPort: unknown }[] }
  })[]
  const ports = services.flatMap(({ metadata, spec }) =>
    spec.ports.map(({ port, targetPort }) => ({ name: metadata.name, port, targetPort })),
  )
  const ingresses = kind('Ingress', KIND)
  expect(ingresses.map(({ metadata }) => metadata.name)).toEqual([
    'alertmanager',
    'gateway',
    'grafana',
    'prometheus',
  ])
  for (const one of ingresses) {
    const [, name, port] =
      /"serviceName":"(.*?)".*"servicePort":(\d+)/.exec(JSON.stringify(one)) ?? []
    const target = ports.find((given) => given.name === name && given.port === Number(port))
    expect(target?.targetPort, named(one)).toEqual(expect.any(Number))
  }
})

type ConfigMap = KubernetesObject & { data: Record<string, string> }
const configMap = (name: string): Record<string, string> => {
  const found = kind('ConfigMap', KIND).find(({ metadata }) => metadata.name.startsWith(`${name}-`))
  return (found as ConfigMap | undefined)?.data ?? {}
}

suite(
  'Prometheus records and alerts by the rules of observability/, Alertmanager sends by its routes',
  async () => {
    const { 'prometheus.yaml': configuration = '', ...shipped } = configMap('prometheus')
    const folder = path.join(root, 'observability')
    const names = ['alerts.yaml', 'burn-rates.yaml', 'recording.yaml']
    expect(Object.keys(shipped).toSorted()).toEqual(names)
    for (const name of names) {
      expect(shipped[name]).toBe(await readFile(path.join(folder, 'rules', name), 'utf8'))
    }
    const { rule_files: files } = parse(configuration) as { rule_files: string[] }
    expect(files.toSorted()).toEqual(names.map((name) => `/etc/prometheus/${name}`))
    expect(configMap('alertmanager')).toEqual({
      'alertmanager.yaml': await readFile(
        path.join(folder, 'alertmanager/alertmanager.yaml'),
        'utf8',
      ),
    })
  },
)

type Mounting = { spec: { template: { spec: { volumes: { name: string; hostPath?: object }[] } } } }

suite("what collects the logs may read the node's, and writes to a folder of its own only", () => {
  for (const folder of [LOKI, 'platform/deploy/overlays/logging-elasticsearch']) {
    const collector = (rendered.get(folder) ?? []).find(isWorkload)!
    const { volumes } = (collector as unknown as Mounting).spec.template.spec
    const fromHost = volumes.filter(({ hostPath }) => hostPath !== undefined)
    const mounts = containersOf(collector)[0]!.volumeMounts ?? []
    const writable = mounts.filter(({ readOnly }) => readOnly !== true)
    expect(fromHost.map(({ name }) => name).toSorted()).toEqual(['containers', 'pods', 'state'])
    expect(writable.map(({ name }) => name)).toEqual(['state'])
  }
})

suite('Grafana has every dashboard of observability/, where its provider looks', async () => {
  const folder = path.join(root, 'observability/dashboards')
  const grafana = workloads.find(({ metadata }) => metadata.name === 'grafana')!
  const pod = JSON.stringify(grafana.spec.template.spec)
  const files = await readdir(path.join(folder, 'json'))
  expect(files.length).toBe(4)
  for (const file of files) {
    const name = `grafana-dashboard-${path.basename(file, '.json')}`
    expect(configMap(name)).toEqual({
      [file]: await readFile(path.join(folder, 'json', file), 'utf8'),
    })
    // kubectl writes it into an annotation as well, which may have 256 KiB.
    expect(JSON.stringify(configMap(name)).length).toBeLessThan(200_000)
    expect(pod).toMatch(new RegExp(`"configMap":\\{"name":"${name}-\\w+"`))
  }
  const { 'provider.yaml': provider = '' } = configMap('grafana-dashboard-provider')
  const { providers } = parse(provider) as { providers: { options: { path: string } }[] }
  expect(pod).toContain(`"mountPath":"${providers[0]!.options.path}","name":"dashboards"`)
})
