import { PREDICT_ENDPOINT } from '#observability/metrics.ts'
import { keyOf, NO_FIGURES, worstDrift, type Figures, type VersionFigures } from './figures.ts'

type Sample = { name: string; labels: Record<string, string>; value: number }

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g
const valueOf = (text: string): number =>
  text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text)

/** The samples of a page in Prometheus' text format. */
export const samplesOf = (page: string): Sample[] =>
  page.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? []
    if (name === undefined || value === undefined) return []
    const pairs = [...labels.matchAll(LABEL)].map(([, label, text]) => [label!, text!] as const)
    return [{ name, labels: Object.fromEntries(pairs), value: valueOf(value) }]
  })

const sum = (samples: readonly Sample[]): number =>
  samples.reduce((total, { value }) => total + value, 0)

/** As PromQL's histogram_quantile, over all that a process has counted; null of nothing. */
export const quantile = (share: number, buckets: readonly Sample[]): number | null => {
  const byBound = Map.groupBy(buckets, ({ labels }) => valueOf(labels['le'] ?? ''))
  const bounds = [...byBound.keys()].toSorted((a, b) => a - b)
  const cumulative = bounds.map((bound) => sum(byBound.get(bound)!))
  const rank = share * (cumulative.at(-1) ?? 0)
  if (rank === 0) return null
  const found = cumulative.findIndex((count) => count >= rank)
  const [lower, below] = found === 0 ? [0, 0] : [bounds[found - 1]!, cumulative[found - 1]!]
  const upper = bounds[found]!
  if (upper === Infinity) return lower
  return lower + ((upper - lower) * (rank - below)) / (cumulative[found]! - below)
}

const ofVersion = (samples: readonly Sample[]): VersionFigures => {
  const named = (name: string) => samples.filter((one) => one.name === name)
  const predictions = named('predictions_total')
  const failed = predictions.filter(({ labels }) =>
    /^(?:failed|unavailable)$/.test(labels['outcome'] ?? ''),
  )
  const buckets = named('prediction_duration_seconds_bucket').filter(
    ({ labels }) => labels['outcome'] !== 'invalid',
  )
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
  const loaded = named('model_loaded')[0]
  const accuracy = named('model_feedback_accuracy')[0]?.value ?? Number.NaN
  return {
    ...NO_FIGURES,
    isLoaded: loaded === undefined ? null : loaded.value === 1,
    p50: quantile(0.5, buckets),
    p95: quantile(0.95, buckets),
    errorShare: share(sum(failed), sum(predictions)),
    confidence: share(sum(named('model_confidence_sum')), sum(named('model_confidence_count'))),
    drift:
      [...worstDrift(named('model_drift_score'), named('model_drift_chance_score')).values()][0] ??
      null,
    accuracy: Number.isNaN(accuracy) ? null : accuracy,
    judged: named('model_feedback_samples')[0]?.value ?? null,
  }
}

/** What one process tells of itself since its start: no rates, and nothing of the functions of other processes. */
export const figuresByPage = (page: string, address: string): Figures => {
  const samples = samplesOf(page)
  const ofModels = samples.filter(({ labels }) => labels['model_name'] && labels['version'])
  const groups = Map.groupBy(ofModels, keyOf)
  const one = (name: string): number | null =>
    samples.find((sample) => sample.name === name)?.value ?? null
  const databaseUp = one('database_up')
  const lost = samples.filter(
    ({ name, labels }) =>
      name === 'prediction_records_total' && /^(?:dropped|refused)$/.test(labels['event'] ?? ''),
  )
  const traffic = samples.filter(({ labels }) => labels['endpoint'] === PREDICT_ENDPOINT)
  const asked = traffic.filter(({ name }) => name === 'api_requests_total')
  const failed = ({ labels }: Sample): boolean => labels['status']?.startsWith('5') === true
  const failing = [...Map.groupBy(asked, ({ labels }) => labels['model_name'] ?? '')]
    .map(([model, some]) => ({ model, share: sum(some.filter(failed)) / sum(some) }))
    .filter(({ share }) => share > 0)
  return {
    source: `${address}/metrics, one process since its start (no Prometheus: make monitoring)`,
    versions: new Map([...groups].map(([key, some]) => [key, ofVersion(some)])),
    gateway: {
      requestsPerSecond: null,
      errorShare: sum(asked) === 0 ? null : sum(asked.filter(failed)) / sum(asked),
      failing,
    },
    queued: one('prediction_records_queued'),
    lost: lost.length === 0 ? null : sum(lost),
    isDatabaseUp: databaseUp === null ? null : databaseUp === 1,
    alerts: null,
  }
}
