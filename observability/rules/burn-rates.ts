import { METRICS, PREDICT_ENDPOINT } from '../metrics.ts'
import { ANSWERED, COUNTED, FAILED, FASTEST_BURN, type ServiceLevels } from './service-levels.ts'

export type Rule = { expr: string; labels?: Record<string, string> } & (
  { record: string } | { alert: string; for: string; annotations: Record<string, string> }
)
export type RuleGroup = { name: string; interval: string; rules: Rule[] }

/**
 * Pairs of windows after Google's SRE workbook, "Alerting on SLOs": the long one says that it matters,
 * the short one that it still goes on.
 */
export const BURNS = [
  { factor: FASTEST_BURN, long: '1h', short: '5m', severity: 'page' },
  { factor: 6, long: '6h', short: '30m', severity: 'page' },
  { factor: 3, long: '1d', short: '2h', severity: 'ticket' },
  { factor: 1, long: '3d', short: '6h', severity: 'ticket' },
] as const

const ALERTS = {
  page: { alert: 'ErrorBudgetBurnFast', for: '2m' },
  ticket: { alert: 'ErrorBudgetBurnSlow', for: '15m' },
} as const

const SECONDS = { m: 60, h: 3_600, d: 86_400 }

const secondsOf = (window: string): number =>
  Number(window.slice(0, -1)) * SECONDS[window.slice(-1) as keyof typeof SECONDS]

/** Long windows read many samples: they are reckoned less often, and within Prometheus' five minutes of staleness. */
const isShort = (window: string): boolean => secondsOf(window) <= 3_600

/** What is counted and what of it was bad, as selectors without a window. */
type Share = { all: string; bad: (window: string) => string }

const perModel = (selector: string, window: string): string =>
  `sum by (model_name) (rate(${selector}[${window}]))`

/** Predictions alone: whatever else callers ask, and as often as they like, makes no failure rarer. */
const predictionsOf = (models: string): string => `${models},endpoint="${PREDICT_ENDPOINT}"`

const availabilityOf = (models: string): Share => {
  const { name } = METRICS.apiRequests
  const all = `${name}{${predictionsOf(models)},${COUNTED}}`
  const failed = `${name}{${predictionsOf(models)},${FAILED}}`
  return {
    all,
    // A model that never failed has no such series.
    bad: (window) => `(${perModel(failed, window)} or 0 * ${perModel(all, window)})`,
  }
}

/** As callers of the gateway see it, a wake-up included; a function's own counts vanish when it sleeps. */
const latencyOf = (models: string, seconds: number): Share => {
  const { name } = METRICS.apiDuration
  const predictions = `${predictionsOf(models)},${ANSWERED}`
  const all = `${name}_count{${predictions}}`
  // Prometheus 3 writes a whole number as 1.0, Prometheus 2 as 1.
  const bound = Number.isInteger(seconds) ? `le=~"${seconds}(\\\\.0)?"` : `le="${seconds}"`
  const quick = `${name}_bucket{${predictions},${bound}}`
  return { all, bad: (window) => `(${perModel(all, window)} - ${perModel(quick, window)})` }
}

/** Burn rate 1 spends the budget in exactly its time. Absent where there were too few requests to say. */
const burnRate = (share: Share, objective: number, window: string, least: number): string => {
  const enough = isShort(window) && window !== '1h' ? '0' : `${least} / ${secondsOf(window)}`
  const budget = Number((1 - objective).toPrecision(12))
  return `${share.bad(window)}\n  / (${perModel(share.all, window)} > ${enough})\n  / ${budget}`
}

/** Each level's objectives with the models that they are for: the default's are all that are not named. */
const sharesOf = ({ default: common, models }: ServiceLevels) =>
  (['availability', 'latency'] as const).map((level) => {
    const own = Object.entries(models).filter(([, of]) => of[level] !== undefined)
    const others = own.length > 0 ? `,model_name!~"${own.map(([name]) => name).join('|')}"` : ''
    const entries = [
      { models: `model_name!=""${others}`, of: common },
      ...own.map(([name, of]) => ({ models: `model_name="${name}"`, of: { ...common, ...of } })),
    ]
    const objectives = entries.map(({ models: selected, of: { availability, latency } }) =>
      level === 'availability'
        ? { objective: availability!.objective, share: availabilityOf(selected) }
        : { objective: latency!.objective, share: latencyOf(selected, latency!.seconds) },
    )
    return { level, objectives }
  })

const alertOf = (burn: (typeof BURNS)[number], budgetDays: number): Rule => {
  const { factor, long, short, severity } = burn
  const spent = (factor * secondsOf(long)) / (budgetDays * SECONDS.d)
  return {
    ...ALERTS[severity],
    expr: `model:burn_rate:${long} > ${factor} and model:burn_rate:${short} > ${factor}`,
    labels: { severity, long_window: long },
    annotations: {
      summary: `{{ $labels.model_name }} spends its {{ $labels.service_level }} budget ${factor} times too fast`,
      description: `Burn rate {{ $value | printf "%.1f" }} over ${long}, and above ${factor} over ${short} too: in ${long} this spends ${Math.round(spent * 100)} % of the budget of ${budgetDays} days.`,
      runbook_url: `docs/RUNBOOK.md#${ALERTS[severity].alert.toLowerCase()}`,
    },
  }
}

/** Rules that record burn rates and what is left of each budget, and alert on them. */
export const burnRateRules = (levels: ServiceLevels): RuleGroup[] => {
  const budget = `${levels.budget_days}d`
  const windows = new Set([...BURNS.flatMap(({ long, short }) => [long, short]), budget])
  const shares = sharesOf(levels)
  const recorded = (which: (window: string) => boolean): Rule[] =>
    [...windows].filter(which).flatMap((window) =>
      shares.map(({ level, objectives }) => ({
        record: `model:burn_rate:${window}`,
        labels: { service_level: level },
        expr: objectives
          .map(({ share, objective }) => burnRate(share, objective, window, levels.least_requests))
          .join('\nor\n'),
      })),
    )
  const left: Rule = {
    record: 'model:error_budget_remaining:ratio',
    expr: `1 - model:burn_rate:${budget}`,
  }
  return [
    { name: 'inlet-burn-rates', interval: '30s', rules: recorded(isShort) },
    {
      name: 'inlet-burn-rates-long',
      interval: '2m',
      rules: [...recorded((window) => !isShort(window)), left],
    },
    {
      name: 'inlet-burn-rate-alerts',
      interval: '30s',
      rules: BURNS.map((burn) => alertOf(burn, levels.budget_days)),
    },
  ]
}
