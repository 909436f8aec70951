import { FOREIGN } from '../foreign-metrics.ts'
import { METRICS, type Metric } from '../metrics.ts'
import { RECORDED, withoutWindow } from '../recorded-metrics.ts'
import { createProcessMetrics } from '../telemetry.ts'

const own: readonly Metric[] = Object.values(METRICS)
const processMetrics = createProcessMetrics()
  .getMetricsAsArray()
  .map(({ name }) => name)

const histograms = new Set([
  ...[...own, ...FOREIGN].filter(({ kind }) => kind === 'histogram').map(({ name }) => name),
  'nodejs_gc_duration_seconds',
])
const names = new Set([
  ...[...own, ...FOREIGN].map(({ name }) => name),
  ...processMetrics,
  ...Object.keys(RECORDED),
])

const withoutPart = (name: string): string => {
  const base = name.replace(/_(?:bucket|sum|count)$/, '')
  return histograms.has(base) ? base : name
}

/** Whether somebody exports or records this name. */
export const isKnown = (name: string): boolean =>
  names.has(withoutPart(name)) || names.has(withoutWindow(name))

/** Labels that Prometheus adds while it scrapes (`platform/deploy/base/prometheus`). */
const TARGET_LABELS = ['job', 'instance', 'namespace', 'pod', 'service', 'le']

/** The labels that a metric of ours can be selected by; null of anybody else's. */
const labelsOf = (name: string): ReadonlySet<string> | null => {
  const metric = own.find((one) => one.name === withoutPart(name))
  return metric === undefined
    ? null
    : new Set([...metric.labels, ...(metric.sometimes ?? []), ...TARGET_LABELS])
}

const KEYWORDS = new Set(
  'by without on ignoring group_left group_right and or unless bool offset inf nan atan2'.split(
    ' ',
  ),
)

/** Grafana's label_values(series, label), as the series with a matcher of that label. */
const withoutLabelValues = (expression: string): string =>
  expression.replaceAll(
    /\blabel_values\(\s*([a-zA-Z_:][\w:]*)\s*(?:\{([^{}]*)\})?\s*,\s*(\w+)\s*\)/g,
    (_, name: string, matchers: string | undefined, label: string) =>
      `${name}{${[matchers, `${label}=""`].filter(Boolean).join(',')}}`,
  )

const withoutText = (expression: string): string =>
  withoutLabelValues(
    expression
      .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""')
      .replaceAll(/#.*$/gm, ''),
  )

/** The metrics that a PromQL expression asks for: every word that is no function, keyword, label or text. */
export const namesIn = (expression: string): string[] => {
  const bare = withoutText(expression)
    .replaceAll(/\{[^{}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(
      /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)|\boffset\s+-?\w+/g,
      ' ',
    )
  const words = bare.match(/(?<![\w:.$])[a-zA-Z_:][\w:]*(?![\w:]|\s*\()/g) ?? []
  return words.filter((word) => !KEYWORDS.has(word.toLowerCase()))
}

/** What an expression asks for that nobody exports: `name`, or `name{label}` where only the label is unknown. */
export const unknownIn = (expression: string): string[] => {
  const unknownNames = namesIn(expression).filter((name) => !isKnown(name))
  const selectors = withoutText(expression).matchAll(/([a-zA-Z_:][\w:]*)\s*\{([^{}]*)\}/g)
  const unknownLabels = [...selectors].flatMap(([, name = '', matchers = '']) => {
    const labels = labelsOf(name)
    const asked = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label!)
    return asked
      .filter((label) => labels !== null && !labels.has(label))
      .map((label) => `${name}{${label}}`)
  })
  return [...unknownNames, ...unknownLabels]
}

/** What a runbook asks Prometheus, as its function `ask` is given it. */
export const askedIn = (markdown: string): string[] =>
  [...markdown.matchAll(/(?:^|`)ask (?:'([^']+)'|([a-z]\w+))/gm)].map(
    ([, quoted, bare]) => quoted ?? bare!,
  )

/** Last words by which a word of a document's code is a metric, and no field of an answer. */
const ENDINGS = 'total seconds bytes rows score loaded queued connections in_flight models up'
const LIKE_A_METRIC = new RegExp(
  `(?<![\\w./:-])[a-z][a-z0-9]*(?:_[a-z0-9]+)*_(?:${ENDINGS.replaceAll(' ', '|')})(?:_(?:bucket|sum|count))?(?![\\w.(-])`,
  'g',
)

/** Words of a Markdown document's code that look like metrics and are none. */
export const unknownInDocument = (markdown: string): string[] => {
  const codes = markdown.match(/^```[^]*?^```|`[^`\n]+`/gm) ?? []
  return codes.flatMap((code) => code.match(LIKE_A_METRIC) ?? []).filter((name) => !isKnown(name))
}
