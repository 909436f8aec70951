import { emptyResource } from '@opentelemetry/resources'
import { DataPointType } from '@opentelemetry/sdk-metrics'
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client'
import { expect, test } from 'vitest'
import { createProcessMetricsProducer } from './process-metrics-producer.ts'

const collect = async (registry: Registry) => {
  const producer = createProcessMetricsProducer(registry, emptyResource())
  const { resourceMetrics } = await producer.collect()
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
}

test('counters, gauges and histograms keep their names, labels and values', async () => {
  const registry = new Registry()
  const registers = [registry]
  new Counter({ name: 'done_total', help: 'Done', labelNames: ['kind'], registers }).inc(
    { kind: 'a' },
    3,
  )
  new Gauge({ name: 'info', help: 'Info', labelNames: ['major'], registers }).set({ major: 24 }, 1)
  const histogram = new Histogram({
    name: 'took_seconds',
    help: 'Took',
    labelNames: ['kind'],
    buckets: [0.1, 1, 10],
    registers,
  })
  for (const value of [0.05, 0.5, 0.6, 99]) histogram.observe({ kind: 'a' }, value)
  histogram.observe({ kind: 'b' }, 5)

  const [counter, gauge, took] = await collect(registry)
  expect(counter).toMatchObject({
    descriptor: { name: 'done_total', description: 'Done', unit: '' },
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
    dataPoints: [{ attributes: { kind: 'a' }, value: 3 }],
  })
  expect(gauge).toMatchObject({
    dataPointType: DataPointType.GAUGE,
    dataPoints: [{ attributes: { major: '24' }, value: 1 }],
  })
  expect(took).toMatchObject({
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: [
      {
        attributes: { kind: 'a' },
        value: {
          buckets: { boundaries: [0.1, 1, 10], counts: [1, 2, 0, 1] },
          count: 4,
          sum: expect.closeTo(100.15) as number,
        },
      },
      {
        attributes: { kind: 'b' },
        value: { buckets: { boundaries: [0.1, 1, 10], counts: [0, 0, 1, 0] }, count: 1, sum: 5 },
      },
    ],
  })
})

test('what has no counterpart is an error, not left out', async () => {
  const registry = new Registry()
  new Summary({ name: 'some', help: 'Some', registers: [registry] }).observe(1)
  await expect(collect(registry)).rejects.toThrow('some is a summary')
})
