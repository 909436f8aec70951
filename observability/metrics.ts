import { OUTCOMES, RECORDER_EVENTS, START_PHASES } from './labels.ts'

/** Seconds, for models of 0.1 ms to 5 s. */
const LATENCY_BUCKETS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
]

const MODEL = ['model_name', 'version', 'revision'] as const

/** Label `endpoint` of what callers want of the gateway; lists, probes and the like are no traffic. */
export const PREDICT_ENDPOINT = '/api/v1/predict'

/** Instances below which nothing is said of drift: on fewer, chance alone moves the index too far. */
export const FEWEST_DRIFT_SAMPLES = 200

/**
 * The one list of this system's metrics: dashboards, rules and docs are held to it.
 * Counters end in `_total`, times are in seconds, labels are bounded.
 */
export const METRICS = {
  predictions: {
    name: 'predictions_total',
    kind: 'counter',
    unit: 'requests',
    labels: [...MODEL, 'outcome'],
    description: `Requests to /predict by how they ended: ${OUTCOMES.join(', ')}`,
  },
  predictionErrors: {
    name: 'prediction_errors_total',
    kind: 'counter',
    unit: 'requests',
    labels: [...MODEL, 'code'],
    description: 'Predictions answered with an error, by its code',
  },
  predictionDuration: {
    name: 'prediction_duration_seconds',
    kind: 'histogram',
    labels: [...MODEL, 'outcome'],
    buckets: LATENCY_BUCKETS,
    description: 'Time from the headers of a prediction request to its answer',
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
    unit: 'rows',
    labels: [...MODEL],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    description: 'Rows in one run of the model',
  },
  predictionsInFlight: {
    name: 'predictions_in_flight',
    kind: 'up-down counter',
    unit: 'requests',
    labels: [...MODEL],
    description: 'Requests to /predict that are being answered',
  },
  queueRows: {
    name: 'inference_queue_rows',
    kind: 'gauge',
    unit: 'rows',
    labels: [...MODEL],
    description: 'Rows that wait for the model or run in it',
  },
  confidence: {
    name: 'model_confidence_score',
    kind: 'gauge',
    unit: '0 to 1',
    labels: [...MODEL],
    description: 'Lowest confidence of the latest prediction, 0 to 1',
  },
  confidenceDistribution: {
    name: 'model_confidence',
    kind: 'histogram',
    unit: '0 to 1',
    labels: [...MODEL],
    buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99],
    description: 'Confidence of predictions, 0 to 1',
  },
  modelLoaded: {
    name: 'model_loaded',
    kind: 'gauge',
    unit: '0 or 1',
    labels: [...MODEL],
    description: '1 when the model is loaded and answers, 0 when it is not',
  },
  activeModels: {
    name: 'active_models',
    kind: 'gauge',
    unit: 'models',
    labels: [],
    description: 'Models that this process holds loaded, whatever the number of their versions',
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
    description: `Time of each phase of this process' start: ${START_PHASES.join(', ')}`,
  },
  records: {
    name: 'prediction_records_total',
    kind: 'counter',
    unit: 'rows',
    labels: ['event'],
    description: `Rows of the prediction log: ${RECORDER_EVENTS.join(', ')}; deleted by age`,
  },
  recordsQueued: {
    name: 'prediction_records_queued',
    kind: 'gauge',
    unit: 'rows',
    labels: [],
    description: 'Rows that wait to be written to the prediction log',
  },
  loggedRows: {
    name: 'prediction_log_rows_total',
    kind: 'counter',
    unit: 'rows',
    labels: ['model_name', 'version'],
    description:
      'Rows that the prediction log got since this gateway started, however the function was called; every gateway counts all of them, every half a minute: take the largest, not the sum',
  },
  apiRequests: {
    name: 'api_requests_total',
    kind: 'counter',
    unit: 'requests',
    labels: ['endpoint', 'model_name', 'status'],
    description:
      "Requests to the gateway's API by route, model and HTTP status; other: no route, on functions' hosts too",
  },
  apiErrors: {
    name: 'api_errors_total',
    kind: 'counter',
    unit: 'requests',
    labels: ['endpoint', 'model_name', 'status'],
    description: 'Those of api_requests_total that were answered with 4xx or 5xx',
  },
  apiDuration: {
    name: 'api_request_duration_seconds',
    kind: 'histogram',
    labels: ['endpoint', 'model_name', 'status'],
    buckets: LATENCY_BUCKETS,
    description: "Time of a request to the gateway's API",
  },
  apiInFlight: {
    name: 'api_requests_in_flight',
    kind: 'up-down counter',
    unit: 'requests',
    labels: ['endpoint'],
    description: "Requests to the gateway's API that are being answered",
  },
  databaseConnections: {
    name: 'database_connections',
    kind: 'gauge',
    unit: 'connections',
    labels: ['state'],
    description:
      'Connections of the database pool, counted by queries: size, in_use, and how many wait for one',
  },
  databaseUp: {
    name: 'database_up',
    kind: 'gauge',
    unit: '0 or 1',
    labels: [],
    description: '1 when the latest write or probe reached the database, 0 when it failed',
  },
  driftScore: {
    name: 'model_drift_score',
    kind: 'gauge',
    unit: 'index, 0 is the same',
    onlyAfter: `${FEWEST_DRIFT_SAMPLES} instances`,
    labels: ['model_name', 'version', 'feature'],
    sometimes: ['source'],
    description: `Population stability index of the latest instances (DRIFT_WINDOW) against the version's reference, by feature, label, confidence, embedding_distance; with source=log from a gateway without functions, by the latest rows of the prediction log, which hold no embeddings, and NaN when fewer than ${FEWEST_DRIFT_SAMPLES} are left`,
  },
  driftChance: {
    name: 'model_drift_chance_score',
    kind: 'gauge',
    unit: 'index, 0 is the same',
    onlyAfter: `${FEWEST_DRIFT_SAMPLES} instances`,
    labels: ['model_name', 'version', 'feature'],
    sometimes: ['source'],
    description:
      'What model_drift_score exceeds by chance once in ten thousand, although nothing drifted: the fewer rows the reference has, the more',
  },
  driftSamples: {
    name: 'model_drift_samples',
    kind: 'gauge',
    unit: 'instances',
    labels: ['model_name', 'version'],
    sometimes: ['source'],
    description:
      'Latest instances that the drift was computed from; a request counts once for each row or text in it',
  },
  feedbackAccuracy: {
    name: 'model_feedback_accuracy',
    kind: 'gauge',
    unit: '0 to 1',
    labels: ['model_name', 'version'],
    description:
      'Share of right answers by the feedback on predictions of the last 7 days, read at most once a minute by each gateway; NaN without feedback',
  },
  feedbackCalibrationError: {
    name: 'model_feedback_calibration_error',
    kind: 'gauge',
    unit: '0 to 1',
    labels: ['model_name', 'version'],
    description:
      'How far confidence and model_feedback_accuracy are apart, on average over ten bins of confidence; NaN without feedback or confidence',
  },
  feedbackSamples: {
    name: 'model_feedback_samples',
    kind: 'gauge',
    unit: 'instances',
    labels: ['model_name', 'version'],
    description:
      'Instances that model_feedback_accuracy is computed from; a request counts once for each row or text in it that was judged',
  },
} as const satisfies Record<string, Metric>

export type Metric = {
  name: string
  /** A gauge is set, an up-down counter goes up and down by one; Prometheus calls both a gauge. */
  kind: 'counter' | 'histogram' | 'gauge' | 'up-down counter'
  /** Where the name does not end in it. */
  unit?: string
  labels: readonly string[]
  /** Labels that only some processes give. */
  sometimes?: readonly string[]
  buckets?: readonly number[]
  description: string
  /** What must happen before a process shows it, where a first request is not enough. */
  onlyAfter?: string
}
