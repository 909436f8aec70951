import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '#platform/testing/free-port.ts'
import { startTestProcess } from '#platform/testing/process.ts'
import { startSilentServer } from '#platform/testing/silent-server.ts'
import { call } from '#platform/tools/local-request.ts'
import { METRICS, type Metric } from './metrics.ts'
import { createProcessMetrics } from './telemetry.ts'
import { attributesOf, startOtlpReceiver, type Push } from './testing/otlp-metrics-receiver.ts'

const CUMULATIVE = 2
const HOUR_MS = '3600000'

const startReceiver = async (status?: number) => {
  const { pushes, url, close } = await startOtlpReceiver(status)
  onTestFinished(close)
  return { pushes, url }
}
const body = { model: 'iris', features: [[5.1, 3.5, 1.4, 0.2]] }

test('a process that pushes sends all that it would show, the last of it at its end, and shows nothing', async () => {
  const { pushes, url } = await startReceiver()
  const metricsPort = await freePort()
  const { port, child, ended } = startTestProcess({
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url,
    OTEL_METRIC_EXPORT_INTERVAL: HOUR_MS,
    OTEL_RESOURCE_ATTRIBUTES: 'namespace=here',
    METRICS_PORT: String(metricsPort),
  })
  const traffic = (await port())!
  await expect(call({ port: metricsPort, path: '/metrics' })).rejects.toThrow('ECONNREFUSED')
  for (const host of ['localhost', 'iris.localhost']) {
    const { status, json } = await call({ port: traffic, host, path: '/metrics' })
    expect(status).toBe(404)
    expect(json['detail']).toContain('pushes its metrics')
  }
  expect((await call({ port: traffic, path: '/api/v1/predict', body })).status).toBe(200)
  expect(pushes).toEqual([])
  child.kill('SIGTERM')
  expect(await ended).toBe(0)

  expect(pushes).toHaveLength(1)
  const [{ metrics, resource }] = pushes as [Push]
  const shown: readonly Metric[] = Object.values(METRICS)
  const expected = [
    ...shown.filter(({ onlyAfter }) => onlyAfter === undefined).map(({ name }) => name),
    ...createProcessMetrics()
      .getMetricsAsArray()
      .map(({ name }) => name),
  ]
  expect(metrics.map(({ name }) => name).toSorted()).toEqual(expected.toSorted())
  // A unit would become a part of the name.
  expect(metrics.filter(({ unit }) => unit !== undefined)).toEqual([])
  const predictions = metrics.find(({ name }) => name === 'predictions_total')!.sum!
  expect(predictions).toMatchObject({ isMonotonic: true, aggregationTemporality: CUMULATIVE })
  const counted = predictions.dataPoints.find(({ attributes }) => {
    const { model_name, outcome } = attributesOf(attributes)
    return model_name === 'iris' && outcome === 'success'
  })
  expect(counted?.asInt).toBe(1)
  // Its models were loaded until it ended: another value would raise ModelNotLoaded when it sleeps.
  const loaded = metrics.find(({ name }) => name === 'model_loaded')!.gauge!
  expect(new Set(loaded.dataPoints.map(({ asDouble, asInt }) => asDouble ?? asInt))).toEqual(
    new Set([1]),
  )
  expect(resource).toMatchObject({
    'service.name': 'inlet',
    'service.instance.id': expect.any(String),
    pod: expect.any(String),
    namespace: 'here',
  })
})

test('it pushes every interval, and goes on with a receiver that refuses, which it logs once', async () => {
  const { pushes, url } = await startReceiver(400)
  const { port, child, ended, output } = startTestProcess({
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url,
    OTEL_METRIC_EXPORT_INTERVAL: '200',
  })
  const traffic = (await port())!
  await expect.poll(() => pushes.length).toBeGreaterThan(3)
  expect((await call({ port: traffic, path: '/api/v1/predict', body })).status).toBe(200)
  expect(output().match(/"metrics not pushed"/g)).toHaveLength(1)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test('a receiver that does not answer does not hold up the end, and what it misses is not called traces alone', async () => {
  const receiver = `http://127.0.0.1:${await startSilentServer()}`
  const inlet = startTestProcess({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: receiver,
    OTEL_METRIC_EXPORT_INTERVAL: '200',
    // Longer than the end may take.
    OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
    STOP_TIMEOUT_SECONDS: '10',
  })
  await inlet.port()
  await expect
    .poll(inlet.output)
    .toMatch(/metrics export timed out.*"traces or metrics are not complete"/)
  inlet.child.kill('SIGTERM')
  expect(await inlet.ended).toBe(0)
  expect(inlet.output()).toContain('"metrics not pushed"')
})

test('a receiver that is no address ends the start with a sentence', async () => {
  const { ended, output } = startTestProcess({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'here:4318' })
  expect(await ended).toBe(1)
  expect(output()).toContain('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: must begin with http:// or')
})
