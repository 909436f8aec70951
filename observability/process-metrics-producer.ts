import type { Attributes, HrTime } from '@opentelemetry/api'
import { ValueType } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'
import type { Resource } from '@opentelemetry/resources'
import type {
  MetricObjectWithValues,
  MetricValue,
  MetricValueWithName,
  Registry,
} from 'prom-client'

type Metric = MetricObjectWithValues<MetricValue<string>>
type Times = { startTime: HrTime; endTime: HrTime }

const hrTimeOf = (milliseconds: number): HrTime => [
  Math.trunc(milliseconds / 1000),
  Math.round((milliseconds % 1000) * 1e6),
]

const attributesOf = ({ labels }: MetricValue<string>): Attributes =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]))

const numbersOf = ({ values }: Metric, times: Times): DataPoint<number>[] =>
  values.map((one) => ({ ...times, attributes: attributesOf(one), value: one.value }))

/** prom-client's buckets are cumulative and end with +Inf; OpenTelemetry's are not. */
const histogramsOf = ({ name, values }: Metric, times: Times): DataPoint<Histogram>[] => {
  const groups = Map.groupBy(values as MetricValueWithName<string>[], ({ labels }) => {
    const { le: _, ...others } = labels
    return JSON.stringify(others)
  })
  return [...groups].map(([key, some]) => {
    const named = (part: string) => some.filter(({ metricName }) => metricName === name + part)
    const buckets = named('_bucket').toSorted(
      (one, other) => Number(one.labels['le']) - Number(other.labels['le']),
    )
    const cumulative = buckets
      .filter(({ labels }) => labels['le'] !== '+Inf')
      .map(({ value }) => value)
    const count = named('_count')[0]?.value ?? 0
    return {
      ...times,
      attributes: JSON.parse(key) as Attributes,
      value: {
        buckets: {
          boundaries: buckets
            .map(({ labels }) => Number(labels['le']))
            .filter((bound) => !Number.isNaN(bound)),
          counts: [...cumulative, count].map((value, index, all) => value - (all[index - 1] ?? 0)),
        },
        count,
        sum: named('_sum')[0]?.value ?? 0,
      },
    }
  })
}

const convert = (metric: Metric, times: Times): MetricData => {
  const { name, help, type } = metric
  const shared = {
    descriptor: { name, description: help, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
  // As it is in the type and, from one version to the next, as text.
  switch (String(type)) {
    case 'counter': {
      const dataPoints = numbersOf(metric, times)
      return { ...shared, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    }
    case 'gauge':
      return { ...shared, dataPointType: DataPointType.GAUGE, dataPoints: numbersOf(metric, times) }
    case 'histogram': {
      const dataPoints = histogramsOf(metric, times)
      return { ...shared, dataPointType: DataPointType.HISTOGRAM, dataPoints }
    }
    default:
      throw new Error(`${name} is a ${type}, which nobody turns into OpenTelemetry's`)
  }
}

/** What prom-client tells of the process, for OpenTelemetry's readers. */
export const createProcessMetricsProducer = (
  registry: Registry,
  resource: Resource,
): MetricProducer => {
  const startTime = hrTimeOf(Date.now() - process.uptime() * 1000)
  return {
    collect: async () => {
      const times = { startTime, endTime: hrTimeOf(Date.now()) }
      const metrics = (await registry.getMetricsAsJSON()).map((metric) => convert(metric, times))
      const scopeMetrics = [{ scope: { name: 'process' }, metrics }]
      return { resourceMetrics: { resource, scopeMetrics }, errors: [] }
    },
  }
}
