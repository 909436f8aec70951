import { afterAll, expect, test } from 'vitest'
import { listen } from '#observability/testing/programs.ts'
import { isMonitoring } from './monitor-cluster.ts'
import { checkRules, untilTargetsUp } from './check-prometheus.ts'
import { grafanaState } from './grafana-state.ts'
import { createPrometheusApi, type Target } from '#observability/prometheus-api.ts'

const target = (job: string, isUp: boolean): Target => ({
  job,
  address: `http://${job}:9464/metrics`,
  isUp,
  problem: isUp ? '' : 'connection refused',
})

test('jobs without a target that is up are named, each target with its error', async () => {
  const targets = async () => [
    target('gateway', true),
    target('gateway', false),
    target('a', false),
  ]
  await expect(untilTargetsUp({ targets }, ['gateway'], 1)).resolves.toHaveLength(3)
  const failing = untilTargetsUp({ targets }, ['gateway', 'a', 'knative'], 0)
  await expect(failing).rejects.toThrow(
    /up of: a, knative\n {2}gateway {2}1 of 2 up {2}http:\/\/gateway[^]*a .* 0 of 1 up[^]*connection refused\n {2}knative {2}0 of 0 up {2}nothing found/,
  )
})

test('rules that are not there, or fail, are errors', () => {
  expect(() => checkRules({ count: 0, failed: [] })).toThrow('no rules')
  expect(() => checkRules({ count: 3, failed: [{ name: 'a', problem: 'many-to-many' }] })).toThrow(
    /a: many-to-many/,
  )
  checkRules({ count: 3, failed: [] })
})

const pod = (status: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'grafana-1' },
  spec: { containers: [{ name: 'grafana', image: 'grafana/grafana:1' }] },
  status,
})
const waiting = (reason: string) =>
  pod({ containerStatuses: [{ name: 'grafana', ready: false, state: { waiting: { reason } } }] })

test.each([
  [[pod({ containerStatuses: [{ name: 'grafana', ready: true }] })], /^ready$/],
  [[waiting('ImagePullBackOff')], /cannot get its image grafana\/grafana:1/],
  [[waiting('ContainerCreating')], /^starting \(ContainerCreating\)$/],
  [[pod({})], /^starting$/],
  [[], /^starting$/],
])('Grafana is told by its pods', (pods, said) => {
  expect(grafanaState(pods)).toMatch(said)
})

test('of a deployment only what watches is applied', () => {
  const object = (kind: string, name: string, part: string) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, labels: { 'app.kubernetes.io/name': part } },
  })
  expect(isMonitoring(object('StatefulSet', 'prometheus', 'prometheus'))).toBe(true)
  expect(isMonitoring(object('NetworkPolicy', 'from-kourier', 'inlet'))).toBe(true)
  expect(isMonitoring(object('StatefulSet', 'postgres', 'postgres'))).toBe(false)
  expect(isMonitoring(object('NetworkPolicy', 'nothing-by-default', 'inlet'))).toBe(false)
})

const answers = new Map([
  ['/api/v1/rules', '<html>'],
  ['/api/v1/targets?state=active', '{"status":"error","error":"too many"}'],
  ['/api/v1/query?query=sum%20by%20(a)%20(b)', '{"status":"error","error":"too much"}'],
  ['/api/v1/query?query=up', '{"status":404,"code":"not_found"}'],
])
const { port, close } = await listen((request, response) =>
  response.end(answers.get(request.url ?? '')),
)
afterAll(close)

test('what is no Prometheus, refuses or does not answer is said to', async () => {
  const api = createPrometheusApi(`http://localhost:${port}`)
  await expect(api.rules()).rejects.toThrow(`http://localhost:${port} is no Prometheus`)
  await expect(api.targets()).rejects.toThrow('refuses /api/v1/targets?state=active: too many')
  await expect(api.query('sum by (a) (b)')).rejects.toThrow('query=sum by (a) (b): too much')
  await expect(api.query('up')).rejects.toThrow(
    new RegExp(`^http://localhost:${port} is no Prometheus: it answers 200$`),
  )
  const nobody = createPrometheusApi('http://127.0.0.1:1')
  await expect(nobody.rules()).rejects.toThrow('http://127.0.0.1:1 does not answer')
  expect(await nobody.isReady()).toBe(false)
})
