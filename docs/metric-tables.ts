import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import {
  KNATIVE_OPENCENSUS,
  KNATIVE_OPENTELEMETRY,
  PROMETHEUS,
  type ForeignMetric,
} from '#observability/foreign-metrics.ts'
import { LABELS } from '#observability/labels.ts'
import { METRICS, type Metric } from '#observability/metrics.ts'
import { RECORDED, withoutWindow } from '#observability/recorded-metrics.ts'
import { createProcessMetrics } from '#observability/telemetry.ts'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')

const code = (word: string): string => `\`${word}\``

/** Throws when neither the name nor the entry says what is measured. */
const unitOf = ({ name, unit }: Pick<Metric, 'name' | 'unit'>): string => {
  if (unit !== undefined) return unit
  const ending = /_(seconds|bytes)(?:_total)?$/.exec(name)?.[1]
  if (ending === undefined) throw new Error(`${name} says no unit: give it one in METRICS`)
  return ending
}

const catalogueTable = (): string =>
  table(
    ['name', 'kind', 'unit', 'labels', 'meaning'],
    Object.values(METRICS as Record<string, Metric>).map((metric) => [
      code(metric.name),
      metric.kind,
      unitOf(metric),
      [...metric.labels, ...(metric.sometimes ?? [])].map(code).join(' '),
      metric.description +
        (metric.onlyAfter === undefined ? '' : `; shown after ${metric.onlyAfter}`),
    ]),
  )

/** Histograms by their buckets, for most have the same. */
const bucketTable = (): string => {
  const metrics = Object.values(METRICS as Record<string, Metric>)
  const byBuckets = Map.groupBy(
    metrics.filter(({ kind }) => kind === 'histogram'),
    ({ buckets = [] }) => buckets.join(', '),
  )
  const rows = [...byBuckets].map(([buckets, some]) => [
    some.map(({ name }) => code(name)).join(' '),
    buckets,
  ])
  return table(['histogram', 'upper bounds'], rows)
}

const labelTable = (): string =>
  table(
    ['label', 'values'],
    Object.entries(LABELS).map(([label, bound]) => [code(label), bound]),
  )

const RULES = path.resolve(import.meta.dirname, '../observability/rules')

/** Characters of an expression that is still read in a table. */
const READABLE = 160

type RuleFile = { groups?: { rules: { record?: string; expr: string }[] }[] }

/** Each name that rules record, with its expression where that is short. Throws when a name has no meaning. */
const recordedTable = async (): Promise<string> => {
  const files = (await readdir(RULES)).filter((file) => /^(?!.*\.test\.).*\.yaml$/.test(file))
  const rows = new Map<string, string[]>()
  for (const file of files.toSorted()) {
    const { groups = [] } = parse(await readFile(path.join(RULES, file), 'utf8')) as RuleFile
    for (const { record: name, expr } of groups.flatMap(({ rules }) => rules)) {
      if (name === undefined || rows.has(name)) continue
      const meaning = (RECORDED as Record<string, string>)[withoutWindow(name)]
      if (meaning === undefined) throw new Error(`${name} is recorded: say in RECORDED what it is`)
      const expression = expr.replaceAll(/\s+/g, ' ').trim()
      const link = `[${file}](../observability/rules/${file})`
      rows.set(name, [code(name), meaning, expression.length > READABLE ? link : code(expression)])
    }
  }
  return table(['name', 'meaning', 'recorded as'], [...rows.values()])
}

const processTable = async (): Promise<string> => {
  const metrics = await createProcessMetrics().getMetricsAsJSON()
  return table(
    ['name', 'kind', 'meaning'],
    metrics.map(({ name, type, help }) => [code(name), String(type), help]),
  )
}

const foreignTable = (metrics: readonly ForeignMetric[]): string =>
  table(
    ['name', 'kind', 'meaning'],
    metrics.map(({ name, kind, description }) => [code(name), kind, description]),
  )

/** The generated parts of METRICS.md, by name. */
export const metricTables: Record<string, () => Promise<string> | string> = {
  metrics: catalogueTable,
  buckets: bucketTable,
  labels: labelTable,
  recorded: recordedTable,
  process: processTable,
  prometheus: () => foreignTable(PROMETHEUS),
  'knative-1.15': () => foreignTable(KNATIVE_OPENCENSUS),
  'knative-1.19': () => foreignTable(KNATIVE_OPENTELEMETRY),
}
