import {
  VariableType,
  type Dashboard,
  type Panel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus'
import { PrometheusError } from '../../prometheus-api.ts'
import { interpolate, intervalOf, type Selection } from './interpolate.ts'
import type { PrometheusClient, Series } from './prometheus-client.ts'

export type View = {
  client: PrometheusClient
  dashboard: Dashboard
  selection: Selection
  /** Seconds since 1970. */
  from: number
  to: number
  /** Seconds between two scrapes, as the data source says. */
  scrape: number
  /** Points across a panel of full width. */
  points: number
}

/** What one target of a panel showed. */
export type Shown = { expression: string; legend: string; series: Series[] }

const COLUMNS = 24

export const variablesIn = ({ templating }: Dashboard): VariableModel[] => templating.list ?? []

/** The variables whose values Prometheus is asked for. */
export const queriedIn = (dashboard: Dashboard): VariableModel[] =>
  variablesIn(dashboard).filter(({ type }) => type === VariableType.Query)

/** Every panel but the headings. */
export const panelsIn = ({ panels = [] }: Dashboard): Panel[] =>
  panels.filter((panel): panel is Panel => panel.type !== 'row')

/** Expression and series of each target of a panel. Throws with the panel's name when Prometheus refuses one. */
export const queryPanel = async (
  { client, dashboard, selection, from, to, scrape, points }: View,
  panel: Panel,
): Promise<Shown[]> => {
  const wide = ((panel.gridPos?.w ?? COLUMNS) / COLUMNS) * points
  const interval = intervalOf(to - from, wide, scrape)
  const targets = (panel.targets ?? []) as Dataquery[]
  return Promise.all(
    targets.map(async ({ expr, legendFormat = '', instant }) => {
      const expression = interpolate(expr, variablesIn(dashboard), selection, interval)
      const { step } = interval
      // Grafana begins at a whole step, so that a curve does not jitter when it is drawn again.
      const start = Math.floor(from / step) * step
      try {
        const series = instant
          ? await client.instant(expression, to)
          : await client.range(expression, start, to, step)
        return { expression, legend: legendFormat, series }
      } catch (cause) {
        if (!(cause instanceof PrometheusError)) throw cause
        throw new PrometheusError(`${panel.title}: ${cause.message}\n${expression}`, { cause })
      }
    }),
  )
}

/** The values that a variable offers, given what is chosen of those before it. Throws when its query is no label_values. */
export const optionsOf = async (
  { client, dashboard, selection, from, to, scrape, points }: View,
  { name, query }: VariableModel,
): Promise<string[]> => {
  const text = typeof query === 'string' ? query : (query as { query: string }).query
  const asked = interpolate(
    text,
    variablesIn(dashboard),
    selection,
    intervalOf(to - from, points, scrape),
  )
  const [, series, label] = /^label_values\((.+),\s*(\w+)\)$/.exec(asked) ?? []
  if (series === undefined || label === undefined) {
    throw new Error(`variable ${name}: ${text} is not label_values(series, label)`)
  }
  return client.labelValues(label, series, from, to)
}
