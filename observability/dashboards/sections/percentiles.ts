import { thresholdOf } from '../../rules/alert-facts.ts'
import type { Panel } from '../grafana/panel.ts'
import { OF_REVISION, quantile } from '../grafana/promql.ts'

/** Refused before it reached the model is quick, and would hide what is slow. */
export const TAKEN = `prediction_duration_seconds_bucket{${OF_REVISION},outcome!="invalid"}`

/** P50, P95 and P99 of what predictions took, by these labels; `describe` is given the percentage. */
export const percentiles = (
  by: string,
  legend: string,
  describe: (percentage: number) => string,
): Panel[] =>
  [0.5, 0.95, 0.99].map((share) => ({
    kind: 'lines',
    title: `Latency P${share * 100}`,
    description: describe(share * 100),
    unit: 's',
    min: 0,
    width: 8,
    ...(share === 0.95 && {
      limit: { above: thresholdOf('HighLatency') },
      alerts: ['HighLatency'],
    }),
    queries: [{ expr: quantile(share, TAKEN, by), legend }],
  }))
