import { keyOf, NO_FIGURES, worstDrift, type Figures, type VersionFigures } from './figures.ts'
import type { PrometheusApi, Series } from '#observability/prometheus-api.ts'
import { QUERIES } from './status-queries.ts'

type Answers = Record<keyof typeof QUERIES, Series[]>

/** What an alert is about, and what tells apart those about the same. */
const SUBJECTS = ['model_name', 'version', 'pod']
const DETAILS = ['feature', 'service_level', 'long_window', 'endpoint']

const describeAlert = ({ labels }: Series) => {
  const words = (names: readonly string[]): string =>
    names.flatMap((name) => labels[name] ?? []).join(' ')
  return {
    name: labels['alertname'] ?? '',
    severity: labels['severity'] ?? '',
    about: words(SUBJECTS),
    detail: words(DETAILS),
  }
}

const BY_VERSION = [
  'requestsPerSecond',
  'p50',
  'p95',
  'errorShare',
  'confidence',
  'accuracy',
  'judged',
] as const

const byVersion = (answers: Answers): Map<string, VersionFigures> => {
  const versions = new Map<string, VersionFigures>()
  const change = (key: string, figures: Partial<VersionFigures>): void => {
    versions.set(key, { ...NO_FIGURES, ...versions.get(key), ...figures })
  }
  for (const figure of BY_VERSION) {
    for (const one of answers[figure]) change(keyOf(one), { [figure]: one.value })
  }
  for (const one of answers.loaded) change(keyOf(one), { isLoaded: one.value === 1 })
  for (const [key, drift] of worstDrift(answers.driftScore, answers.driftChance)) {
    change(key, { drift })
  }
  return versions
}

/** Everything that Prometheus knows at this moment. Throws PrometheusError. */
export const figuresByPrometheus = async (prometheus: PrometheusApi): Promise<Figures> => {
  const asked = Object.entries(QUERIES).map(
    async ([name, query]) => [name, await prometheus.query(query)] as const,
  )
  const answers = Object.fromEntries(await Promise.all(asked)) as Answers
  const only = (name: keyof Answers): number | null => answers[name][0]?.value ?? null
  const databaseUp = only('databaseUp')
  return {
    source: `Prometheus at ${prometheus.address}; req/s and 5xx over 1 minute, the rest over 5`,
    versions: byVersion(answers),
    gateway: {
      requestsPerSecond: only('gatewayRequestsPerSecond'),
      errorShare: only('gatewayErrorShare'),
      failing: answers.gatewayErrorShares.map(({ labels, value }) => ({
        model: labels['model_name'] ?? '',
        share: value,
      })),
    },
    queued: only('queued'),
    lost: only('lost'),
    isDatabaseUp: databaseUp === null ? null : databaseUp === 1,
    alerts: answers.alerts.map(describeAlert),
  }
}
