import { ValueType } from '@opentelemetry/api'
import type { Counter, Gauge, Histogram, Meter } from '@opentelemetry/api'

/** Seconds, for models of 0.1 ms to 5 s. */
const LATENCY_BUCKETS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
]

const MODEL = ['model_name', 'version', 'revision'] as const

/**
 * The one list of this system's metrics: dashboards, rules and docs are held to it.
 * Counters end in `_total`, times are in seconds, labels are bounded.
 */
export const METRICS = {
  predictions: {
    name: 'predictions_total',
    kind: 'counter',
    labels: [...MODEL, 'outcome'],
    description:
      'Requests to /predict by how they ended: success, invalid, cancelled, unavailable, failed',
  },
  predictionErrors: {
    name: 'prediction_errors_total',
    kind: 'counter',
    labels: [...MODEL, 'code'],
    description: 'Predictions answered with an error, by its code',
  },
  predictionDuration: {
    name: 'prediction_duration_seconds',
    kind: 'histogram',
    labels: [...MODEL, 'outcome'],
    buckets: LATENCY_BUCKETS,
    description: 'Time from the first byte of a prediction request to its answer',
  },
  inferenceLatency: {
    name: 'inference_latency_seconds',
    kind: 'histogram',
    labels: [...MODEL],
    buckets: LATENCY_BUCKETS,
    description: 'Time in the model, without waiting, preprocessing and postprocessing',
  },
  phaseDuration: {
    name: 'prediction_phase_seconds',
    kind: 'histogram',
    labels: [...MODEL, 'phase'],
    buckets: LATENCY_BUCKETS,
    description: 'Time of each step of a prediction',
  },
  batchSize: {
    name: 'inference_batch_rows',
    kind: 'histogram',
    labels: [...MODEL],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    description: 'Rows in one run of the model',
  },
  queueRows: {
    name: 'inference_queue_rows',
    kind: 'gauge',
    labels: [...MODEL],
    description: 'Rows that wait for the model or run in it',
  },
  confidence: {
    name: 'model_confidence_score',
    kind: 'gauge',
    labels: [...MODEL],
    description: 'Lowest confidence of the latest prediction, 0 to 1',
  },
  confidenceDistribution: {
    name: 'model_confidence',
    kind: 'histogram',
    labels: [...MODEL],
    buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99],
    description: 'Confidence of predictions, 0 to 1',
  },
  modelLoaded: {
    name: 'model_loaded',
    kind: 'gauge',
    labels: [...MODEL],
    description: '1 when the model is loaded and answers, 0 when it is not',
  },
  modelLoadTime: {
    name: 'model_load_seconds',
    kind: 'gauge',
    labels: [...MODEL],
    description: 'Time to verify, load and warm the model',
  },
  modelSize: {
    name: 'model_size_bytes',
    kind: 'gauge',
    labels: [...MODEL],
    description: 'Size of model.onnx',
  },
  startPhase: {
    name: 'start_phase_seconds',
    kind: 'gauge',
    labels: ['phase'],
    description: "Time of each phase of this process' start: runtime, code, model, listen",
  },
  records: {
    name: 'prediction_records_total',
    kind: 'counter',
    labels: ['event'],
    description:
      'Rows of the prediction log: queued, written, retried, spilled, conflict, refused, dropped; deleted by age',
  },
  recordsQueued: {
    name: 'prediction_records_queued',
    kind: 'gauge',
    labels: [],
    description: 'Rows that wait to be written to the prediction log',
  },
  apiRequests: {
    name: 'api_requests_total',
    kind: 'counter',
    labels: ['endpoint', 'model_name', 'status'],
    description: "Requests to the gateway's API by route, model and HTTP status",
  },
  apiErrors: {
    name: 'api_errors_total',
    kind: 'counter',
    labels: ['endpoint', 'model_name', 'status'],
    description: "Requests to the gateway's API answered with 4xx or 5xx",
  },
  apiDuration: {
    name: 'api_request_duration_seconds',
    kind: 'histogram',
    labels: ['endpoint'],
    buckets: LATENCY_BUCKETS,
    description: "Time of a request to the gateway's API",
  },
  databaseConnections: {
    name: 'database_connections',
    kind: 'gauge',
    labels: ['state'],
    description: 'Connections of the database pool: size, in_use, waiting',
  },
} as const satisfies Record<string, Metric>

type Metric = {
  name: string
  kind: 'counter' | 'histogram' | 'gauge'
  labels: readonly string[]
  buckets?: readonly number[]
  description: string
}

type InstrumentOf<Kind> = Kind extends 'counter'
  ? Counter
  : Kind extends 'histogram'
    ? Histogram
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
      if (kind === 'gauge') return [key, meter.createGauge(name, { description })]
      const advice = { explicitBucketBoundaries: [...(buckets ?? [])] }
      return [key, meter.createHistogram(name, { description, advice })]
    }),
  )
