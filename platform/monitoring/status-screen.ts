import { styleText } from 'node:util'
import { METRICS, PREDICT_ENDPOINT } from '#observability/metrics.ts'
import { thresholdOf } from '#observability/rules/alert-facts.ts'
import { table } from '#platform/delivery/table.ts'
import { NO_FIGURES, versionKey, type Figures, type VersionFigures } from './figures.ts'
import type { ServedVersion, Status } from './read-status.ts'

/** Colours, or the text as it is. */
export type Paint = (style: 'red' | 'yellow' | 'green' | 'bold', text: string) => string

export const plain: Paint = (_, text) => text
export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false })

const UNKNOWN = '-'
/** The alert on errors is of their number a second; here a row is read as a share of its requests. */
const ERROR_SHARE = 0.05
const SLOW_SECONDS = thresholdOf('HighLatency')
const DRIFT = thresholdOf('ModelDrift')
/** Seconds. */
const LONGEST = Math.max(...METRICS.predictionDuration.buckets)

const show = (value: number | null, text: (value: number) => string): string =>
  value === null ? UNKNOWN : text(value)
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`
/** What lies above the last bound of the histogram is not known any better. */
const milliseconds = (seconds: number): string => {
  const value = seconds * 1000
  return (seconds >= LONGEST ? '>' : '') + value.toFixed(value < 10 ? 1 : 0)
}
const rate = (value: number): string => value.toFixed(value < 10 ? 1 : 0)
const share = (value: number): string => value.toFixed(3)

/** The number beside it says how much the share is worth. */
const showAccuracy = ({ accuracy, judged }: VersionFigures): string =>
  show(accuracy, share) + (accuracy === null || judged === null ? '' : ` of ${judged}`)

const hasDrifted = ({ drift }: VersionFigures): boolean =>
  drift !== null && drift.score > Math.max(DRIFT, drift.chance ?? 0)

const showDrift = (drift: VersionFigures['drift']): string => {
  if (drift === null) return UNKNOWN
  const { feature, score, chance } = drift
  return `${score.toFixed(2)} ${feature}${chance === null ? '' : ` (${chance.toFixed(2)})`}`
}

/** Pods that wait for their model are not ready, so that a number would hide why. */
const showPods = (readyPods: number | undefined, { isLoaded }: VersionFigures): string =>
  isLoaded === false ? 'not loaded' : String(readyPods ?? UNKNOWN)

const HEAD =
  'model,version,traffic,pods,req/s,p50 ms,p95 ms,5xx,confidence,accuracy,drift (by chance)'

const rowOf = (
  { model, version, isDefault }: ServedVersion,
  figures: VersionFigures,
  deployed: Status['deployed'],
): string[] => {
  const stands = deployed?.get(versionKey(model, version))
  const traffic = stands === undefined ? (isDefault ? 'default' : '') : `${stands.percent} %`
  return [
    model,
    version,
    traffic,
    showPods(stands?.readyPods, figures),
    show(figures.requestsPerSecond, rate),
    show(figures.p50, milliseconds),
    show(figures.p95, milliseconds),
    show(figures.errorShare, percent),
    show(figures.confidence, share),
    showAccuracy(figures),
    showDrift(figures.drift),
  ]
}

const styleOf = (figures: VersionFigures): 'red' | 'yellow' | null => {
  if (figures.isLoaded === false || (figures.errorShare ?? 0) > ERROR_SHARE) return 'red'
  if (hasDrifted(figures) || (figures.p95 ?? 0) > SLOW_SECONDS) return 'yellow'
  return null
}

/** Pages first; a line for each alert and version, however many features or windows it is of. */
const describeAlerts = (alerts: Figures['alerts'], paint: Paint): string[] => {
  if (alerts === null) return ['not known without Prometheus']
  if (alerts.length === 0) return [paint('green', 'none fires')]
  const groups = Map.groupBy(alerts, ({ name, severity, about }) =>
    [name, severity, about].filter((word) => word !== '').join('  '),
  )
  const lines = [...groups].map(([words, [first, ...more]]) => {
    const detail = more.length > 0 ? `${more.length + 1} of them` : first!.detail
    return { isPage: first!.severity === 'page', text: detail ? `${words}  ${detail}` : words }
  })
  return lines
    .toSorted((one, other) => Number(other.isPage) - Number(one.isPage))
    .map(({ isPage, text }) => paint(isPage ? 'red' : 'yellow', text))
}

const describeFailing = (failing: Figures['gateway']['failing'], paint: Paint): string => {
  const models = failing.map((one) => `${one.model || 'no model'} ${percent(one.share)}`)
  return models.length === 0 ? '' : paint('red', ` (${models.join(', ')})`)
}

/** All of it on one screen. */
export const statusScreen = (status: Status, now: Date, paint: Paint = plain): string => {
  const { address, problem, versions, deployed, figures, remarks } = status
  const known = versions.map(
    ({ model, version }) => figures.versions.get(versionKey(model, version)) ?? NO_FIGURES,
  )
  const rows = versions.map((one, index) => rowOf(one, known[index]!, deployed))
  const [head, ...lines] = table([HEAD.split(','), ...rows]).split('\n')
  const { gateway, queued, lost, isDatabaseUp, alerts } = figures
  const database = isDatabaseUp === null ? 'not known' : isDatabaseUp ? 'up' : paint('red', 'away')
  const lostRows = lost === null ? '' : `, ${Math.ceil(lost)} lost`
  const facts = [
    [
      'gateway',
      `${show(gateway.requestsPerSecond, rate)} req/s to ${PREDICT_ENDPOINT}, ${show(gateway.errorShare, percent)} 5xx${describeFailing(gateway.failing, paint)}`,
    ],
    ['recorder', `${show(queued, String)} rows wait${lostRows}; database ${database}`],
    ...describeAlerts(alerts, paint).map((line, index) => [index === 0 ? 'alerts' : '', line]),
    ...remarks.map((remark) => ['not asked', paint('yellow', remark)]),
  ]
  return [
    `${paint('bold', `Inlet at ${address}`)}   ${now.toISOString().slice(0, 19)}Z`,
    `by ${figures.source}`,
    '',
    ...(problem === null ? [paint('bold', head ?? '')] : [paint('red', problem)]),
    ...lines.map((line, index) => {
      const style = styleOf(known[index]!)
      return style === null ? line : paint(style, line)
    }),
    '',
    table(facts),
    '',
  ].join('\n')
}
