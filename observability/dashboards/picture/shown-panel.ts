import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Shown } from '../query/query-panel.ts'
import type { Series } from '../query/prometheus-client.ts'

/** A panel as it is drawn: where it stands, and what was asked for it. */
export type ShownPanel = {
  panel: Panel
  title: string
  shown: readonly Shown[]
  from: number
  to: number
  /** Its address. */
  runbook: string
}

export type Curve = { name: string; points: Series['points'] }

/** Grafana's classic palette, as far as its order goes. */
const COLOURS = [
  '#73BF69',
  '#F2CC0C',
  '#5794F2',
  '#FF780A',
  '#F2495C',
  '#B877D9',
  '#8AB8FF',
  '#CA95E5',
  '#FFA6B0',
  '#37872D',
  '#FADE2A',
  '#1F60C4',
]
export const RED = '#F2495C'
export const GREEN = '#73BF69'

const nameOf = (legend: string, labels: Series['labels']): string =>
  legend
    .replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '')
    .replaceAll(/ +/g, ' ')
    .trim()

/** Every curve of a panel with the name that its legend gives it, query after query, by name but for bars, which have an order. */
export const curvesOf = ({ shown, panel }: ShownPanel): Curve[] =>
  shown.flatMap(({ legend, series }) => {
    const curves = series.map(({ labels, points }) => ({ name: nameOf(legend, labels), points }))
    return panel.type === 'bargauge'
      ? curves
      : curves.toSorted((a, b) => a.name.localeCompare(b.name))
  })

/** The colours of these curves, in their order: those that the panel gives to names, else the palette's. */
export const coloursOf = ({ panel }: ShownPanel, curves: readonly Curve[]): string[] => {
  const given = new Map(
    (panel.fieldConfig?.overrides ?? []).map(({ matcher, properties }) => {
      const colour = properties.find(({ id }) => id === 'color')?.value
      return [matcher.options, (colour as { fixedColor?: string } | undefined)?.fixedColor] as const
    }),
  )
  return curves.map(({ name }, index) => given.get(name) ?? COLOURS[index % COLOURS.length]!)
}

/** A curve's last value that is one. */
export const lastOf = ({ points }: Curve): number =>
  points.findLast(([, value]) => !Number.isNaN(value))?.[1] ?? Number.NaN

export const unitOf = ({ panel }: ShownPanel): string => panel.fieldConfig?.defaults.unit ?? 'short'

type Steps = readonly { value: number | null; color: string }[]

const stepsOf = ({ panel }: ShownPanel): Steps =>
  panel.fieldConfig?.defaults.thresholds?.steps ?? []

/** The number that a panel's values are held against; none where all are good. */
export const limitOf = (shown: ShownPanel): number | undefined =>
  stepsOf(shown).find(({ value }) => value !== null)?.value ?? undefined

/** The colour of a value by the panel's thresholds. */
export const colourOf = (shown: ShownPanel, value: number): string => {
  const reached = stepsOf(shown).findLast((step) => step.value === null || value >= step.value)
  return reached?.color === 'red' ? RED : GREEN
}
