import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  receivedAlerts,
  removeAlertReceiver,
  startAlertReceiver,
} from './testing/alert-receiver.ts'
import { podsOf, untilZero } from './testing/knative.ts'
import { getObject, kubectl } from './testing/kubectl.ts'
import { askPrometheus, growthSince, query, rawSamples } from './testing/prometheus.ts'
import { removeSpoiltFunction, SPOILT, startSpoiltFunction } from './testing/spoilt-function.ts'
import { predict, predictByGateway } from './testing/target.ts'
import { until } from './testing/until.ts'

/** Sleeps ten seconds after its last request; Kubernetes ends its pod half a minute later. */
const SLEEPER = 'digits'
const REQUESTS = 40

/** The pod whose model is spoilt. */
let spoilt: string

// The alert needs more than a minute: it begins first, and the other tests run meanwhile.
beforeAll(async () => {
  await Promise.all([startAlertReceiver(), startSpoiltFunction('iris')])
  const [pod] = await until('a pod of it', async () => {
    const pods = await podsOf(SPOILT)
    return pods.length > 0 && pods
  })
  spoilt = pod!.metadata.name
  await untilZero(SLEEPER)
})

afterAll(async () => {
  await Promise.all([removeSpoiltFunction(), removeAlertReceiver()])
})

test('what a pod answered between waking and sleeping is counted, and so is what nobody told the gateway', async () => {
  const throughGateway = `api_requests_total{endpoint="/api/v1/predict",model_name="${SLEEPER}",status="200"}`
  const logged = `prediction_log_rows_total{model_name="${SLEEPER}"}`
  const before = { throughGateway: await query(throughGateway), logged: await query(logged) }
  expect(before.throughGateway.length).toBeGreaterThan(0)

  const all = Array.from({ length: REQUESTS }, (_, index) => index)
  const answers = await Promise.all([
    ...all.map(() => predictByGateway(SLEEPER)),
    ...all.map(() => predict(SLEEPER)),
  ])
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const pods = (await podsOf(SLEEPER)).map(({ metadata }) => metadata.name)
  await untilZero(SLEEPER)

  const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0)
  await until(`${REQUESTS} requests of the gateways`, async () => {
    const grown = sum(await growthSince(before.throughGateway, throughGateway))
    expect(grown).toBeLessThanOrEqual(REQUESTS)
    return grown === REQUESTS
  })
  // Each gateway counts all rows.
  await until(`${2 * REQUESTS} rows in the log`, async () => {
    const grown = Math.max(...(await growthSince(before.logged, logged)))
    expect(grown).toBeLessThanOrEqual(2 * REQUESTS)
    return grown === 2 * REQUESTS
  })

  // The pods' own counters ended with them, and what was seen of them is no increase of 80.
  const own = `predictions_total{pod=~"${pods.join('|')}",outcome="success"}`
  await until("the pods' own counters are gone", async () => (await query(own)).length === 0)
  const seen = await rawSamples(`${own}[5m]`)
  const increases = await query(`sum(increase(${own}[5m]))`)
  const scraped = seen.map(({ samples }) => samples.map(({ value }) => value).join(' '))
  console.log(
    `own counters of ${pods.length} pods, as scraped: ${scraped.join(' | ') || 'never'}; their increase(): ${increases[0]?.value ?? 'none'}`,
  )
})

test('a function with a spoilt model is up, not ready, and counted as not loaded', async () => {
  await until('its process runs', async () => {
    const found = await query(`model_loaded{pod="${spoilt}"} == 0`)
    return found.length > 0
  })
  const script = `
    const status = async (path) => (await fetch('http://127.0.0.1:8080' + path)).status
    console.log(JSON.stringify([await status('/health'), await status('/ready')]))`
  const where = ['exec', spoilt, '--container=user-container', '--']
  const module = ['/nodejs/bin/node', '--input-type=module', '--eval', script]
  expect(JSON.parse(await kubectl(...where, ...module))).toEqual([200, 503])
})

test('its alert is pending for a minute, fires, and arrives at the webhook; sleeping functions have none', async () => {
  const [arrived] = await until('the alert arrives', async () => {
    const alerts = (await receivedAlerts()).flatMap(({ receiver, alerts: some }) =>
      some.map((one) => ({ receiver, ...one })),
    )
    const found = alerts.filter(({ labels }) => labels['pod'] === spoilt)
    return found.length > 0 && found
  })
  expect(arrived).toMatchObject({
    receiver: 'page',
    status: 'firing',
    labels: { alertname: 'ModelNotLoaded', model_name: 'iris', severity: 'page' },
  })
  const history = await rawSamples('ALERTS{alertname="ModelNotLoaded"}[10m]')
  const began = (state: string): number => {
    const found = history.find(
      ({ metric }) => metric['pod'] === spoilt && metric['alertstate'] === state,
    )
    expect(found, state).toBeDefined()
    return found!.samples[0]!.at
  }
  const pendingSeconds = began('firing') - began('pending')
  const seconds = Date.now() / 1000 - began('pending')
  console.log(`pending for ${pendingSeconds} s, at the webhook within ${seconds.toFixed(0)} s`)
  expect(pendingSeconds).toBeGreaterThanOrEqual(60)
  const others = history.filter(
    ({ metric, samples }) =>
      metric['service'] !== SPOILT && samples.some(({ at }) => at > began('pending')),
  )
  expect(others).toEqual([])
})

test('eight days are kept on a volume, and a new pod of Prometheus knows what the old one saw', async () => {
  const flags = await askPrometheus<Record<string, string>>('/api/v1/status/flags')
  expect(flags['storage.tsdb.retention.time']).toBe('8d')
  // Prometheus says 4GB so.
  expect(flags['storage.tsdb.retention.size']).toBe('4GiB')
  const old = await getObject('pod', 'prometheus-0')
  const claim = (old.spec.volumes as { name: string; persistentVolumeClaim?: object }[]).find(
    ({ name }) => name === 'data',
  )
  expect(claim?.persistentVolumeClaim).toEqual({ claimName: 'data-prometheus-0' })
  const seen = await rawSamples(`model_loaded{pod="${spoilt}"}[10m]`)
  const first = seen[0]!.samples[0]!.at

  await kubectl('delete', 'pod', 'prometheus-0', '--wait=false')
  await until('another Prometheus answers', async () => {
    const pod = await getObject('pod', 'prometheus-0')
    const isNew = pod.metadata.creationTimestamp !== old.metadata.creationTimestamp
    return isNew && (await query('up')).length > 0
  })
  const [kept] = await rawSamples(`model_loaded{pod="${spoilt}"}[15m]`)
  expect(kept?.samples[0]?.at).toBe(first)
})
