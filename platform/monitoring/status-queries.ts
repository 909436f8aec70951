import { PREDICT_ENDPOINT } from '#observability/metrics.ts'

/** What pods count is gone when they sleep, and what the log has is late while its database is away: whichever is more. */
const COUNTED = 'sum by (model_name, version) (rate(predictions_total[1m]))'
const LOGGED = 'max by (model_name, version) (rate(prediction_log_rows_total[2m]))'

const ASKED = `rate(api_requests_total{endpoint="${PREDICT_ENDPOINT}"}[1m])`
const FAILED = `rate(api_errors_total{endpoint="${PREDICT_ENDPOINT}",status=~"5.."}[1m])`

/**
 * What `make status` asks Prometheus, by model and version where the metric has them; a test holds the names to the
 * catalogue. Predictions that do not fit count neither as slow nor as failed.
 */
export const QUERIES = {
  loaded: 'max by (model_name, version) (model_loaded)',
  requestsPerSecond: `${LOGGED} > ${COUNTED} or ${COUNTED} or ${LOGGED}`,
  p50: 'histogram_quantile(0.5, sum by (model_name, version, le) (rate(prediction_duration_seconds_bucket{outcome!="invalid"}[5m])))',
  p95: 'histogram_quantile(0.95, sum by (model_name, version, le) (rate(prediction_duration_seconds_bucket{outcome!="invalid"}[5m])))',
  errorShare:
    'sum by (model_name, version) (rate(predictions_total{outcome=~"failed|unavailable"}[1m])) / (sum by (model_name, version) (rate(predictions_total[1m])) > 0)',
  confidence:
    'sum by (model_name, version) (rate(model_confidence_sum[5m])) / (sum by (model_name, version) (rate(model_confidence_count[5m])) > 0)',
  driftScore: 'max by (model_name, version, feature) (model_drift_score)',
  driftChance: 'max by (model_name, version, feature) (model_drift_chance_score)',
  accuracy: 'max by (model_name, version) (model_feedback_accuracy)',
  judged: 'max by (model_name, version) (model_feedback_samples)',
  gatewayRequestsPerSecond: `sum(${ASKED})`,
  gatewayErrorShare: `sum(${FAILED}) / (sum(${ASKED}) > 0)`,
  gatewayErrorShares: `sum by (model_name) (${FAILED}) / (sum by (model_name) (${ASKED}) > 0) > 0`,
  queued: 'sum(prediction_records_queued)',
  lost: 'sum(increase(prediction_records_total{event=~"dropped|refused"}[1h]))',
  databaseUp: 'min(database_up)',
  alerts: 'ALERTS{alertstate="firing"}',
} as const satisfies Record<string, string>
