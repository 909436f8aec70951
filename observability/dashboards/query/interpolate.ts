import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard'

/** All of a variable's values. */
export const ALL = '$__all'

/** What is chosen above the panels: one value of a variable, several, or ALL. */
export type Selection = Readonly<Record<string, string | readonly string[]>>

export type Interval = {
  /** Seconds of the time range. */
  range: number
  /** Seconds between two points of a curve. */
  step: number
  /** Seconds of the window of rates. */
  rate: number
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\\\\\').replaceAll(/[$^*{}[\]'+?.()|]/g, String.raw`\\$&`)

/**
 * A variable's value as Grafana's Prometheus data source writes it into an expression: a single-valued
 * variable as it is, with backslashes and quotes escaped; otherwise a regular expression, in brackets
 * where there are several values; All by `allValue`, or by every option.
 */
export const valueOf = (
  { multi, includeAll, allValue, options }: Partial<VariableModel>,
  chosen: string | readonly string[],
): string => {
  const isAll = chosen === ALL || (Array.isArray(chosen) && chosen[0] === ALL)
  if (isAll && allValue !== undefined && allValue !== '') return allValue
  if (multi !== true && includeAll !== true) {
    return String(chosen)
      .replaceAll('\\', '\\\\')
      .replaceAll("'", String.raw`\\'`)
  }
  const all = (options ?? []).map(({ value }) => String(value)).filter((value) => value !== ALL)
  const values = isAll ? all : [chosen].flat().map(String)
  const alternatives = values.map(escaped)
  return alternatives.length === 1 ? alternatives[0]! : `(${alternatives.join('|')})`
}

/** An expression with Grafana's variables put in. Names that it does not know stay as they are. */
export const interpolate = (
  expression: string,
  variables: readonly VariableModel[],
  selection: Selection,
  { range, step, rate }: Interval,
): string => {
  const whole = Math.round(range)
  const known: Record<string, string> = {
    __range: `${whole}s`,
    __range_s: String(whole),
    __range_ms: String(Math.round(range * 1_000)),
    __interval: `${step}s`,
    __rate_interval: `${rate}s`,
  }
  return expression.replaceAll(
    /\$(\w+)|\$\{(\w+)(?::(\w+))?\}/g,
    (text: string, bare?: string, braced?: string, format?: string) => {
      const name = bare ?? braced ?? ''
      if (name in known) return known[name]!
      const chosen = selection[name]
      const variable = variables.find((one) => one.name === name)
      if (chosen === undefined || variable === undefined) return text
      return format === 'raw' ? String(chosen) : valueOf(variable, chosen)
    },
  )
}

/** Seconds that Grafana rounds a step to: up to each bound it takes the value beside it. */
const STEPS: readonly [bound: number, step: number][] = [
  [1.5, 1],
  [3.5, 2],
  [7.5, 5],
  [12.5, 10],
  [17.5, 15],
  [25, 20],
  [45, 30],
  [90, 60],
  [210, 120],
  [450, 300],
  [750, 600],
  [1_050, 900],
  [1_500, 1_200],
  [2_700, 1_800],
  [5_400, 3_600],
  [9_000, 7_200],
  [16_200, 10_800],
]

/** The step of a curve over `range` seconds, and the window of its rates. `scrape` is the data source's interval. */
export const intervalOf = (range: number, maxDataPoints: number, scrape: number): Interval => {
  const wanted = Math.max(range / maxDataPoints, scrape)
  const [, step] = STEPS.find(([bound]) => wanted < bound) ?? [0, 21_600]
  return { range, step, rate: Math.max(step + scrape, 4 * scrape) }
}
