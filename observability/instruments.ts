import { ValueType } from '@opentelemetry/api'
import type { Counter, Gauge, Histogram, Meter, UpDownCounter } from '@opentelemetry/api'
import { METRICS, type Metric } from './metrics.ts'

type InstrumentOf<Kind> = Kind extends 'counter'
  ? Counter
  : Kind extends 'histogram'
    ? Histogram
    : Kind extends 'up-down counter'
      ? UpDownCounter
      : Gauge

export type Instruments = {
  readonly [Key in keyof typeof METRICS]: InstrumentOf<(typeof METRICS)[Key]['kind']>
}

/** Makes every instrument of the catalogue on this meter. */
export const createInstruments = (meter: Meter): Instruments =>
  Object.fromEntries(
    Object.entries(METRICS as Record<string, Metric>).map(([key, metric]) => {
      const { name, kind, description, buckets } = metric
      if (kind === 'counter') {
        return [key, meter.createCounter(name, { description, valueType: ValueType.INT })]
      }
      if (kind === 'up-down counter') return [key, meter.createUpDownCounter(name, { description })]
      if (kind === 'gauge') return [key, meter.createGauge(name, { description })]
      const advice = { explicitBucketBoundaries: [...(buckets ?? [])] }
      return [key, meter.createHistogram(name, { description, advice })]
    }),
  )
