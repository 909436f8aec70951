import type { Dashboard, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard'
import { interpolate, type Selection } from '../query/interpolate.ts'
import {
  optionsOf,
  panelsIn,
  queriedIn,
  queryPanel,
  variablesIn,
  type View,
} from '../query/query-panel.ts'
import { repeated, type Placed } from '../query/repeat.ts'
import { html, type Html } from './html.ts'
import { PANEL_STYLE, panelHtml } from './panel-html.ts'

/** Pixels, as Grafana has them on a screen of 1,500. */
const COLUMN = 60
const ROW = 30
const GAP = 8
const WIDTH = 24 * COLUMN

const STYLE = html` body { margin: 24px auto; width: ${WIDTH}px; background: #111217; color:
#ccccdc; font: 13px/1.4 Inter, Helvetica, Arial, sans-serif; } header { display: flex; align-items:
baseline; gap: 16px; margin-bottom: 16px; } h1 { margin: 0; font-size: 20px; font-weight: 500; }
header p { margin: 0; color: #a6a6b3; } main { position: relative; } section, h2 { position:
absolute; box-sizing: border-box; margin: 0; } section { padding: 6px 10px; background: #181b1f;
border: 1px solid #22252b; border-radius: 2px; overflow: hidden; } h2 { font-size: 15px;
font-weight: 500; line-height: ${ROW}px; } ${PANEL_STYLE}`

type Place = { x: number; y: number; w: number; h: number }

/** `shift` are grid rows that repeated panels above have added. */
const box = ({ x, y, w, h }: Place, shift: number) => {
  const width = w * COLUMN - GAP
  const height = h * (ROW + GAP) - GAP
  const style = `left: ${x * COLUMN}px; top: ${(y + shift) * (ROW + GAP)}px; width: ${width}px; height: ${height}px`
  return { width, height, style }
}

/** What is chosen when a dashboard is opened: All, or the first value. */
export const openedWith = async (
  view: View,
): Promise<{ selection: Selection; options: Record<string, string[]> }> => {
  const selection: Record<string, string> = {}
  const options: Record<string, string[]> = {}
  for (const variable of queriedIn(view.dashboard)) {
    const values = await optionsOf({ ...view, selection }, variable)
    options[variable.name] = values
    const chosen = view.selection[variable.name] ?? (variable.multi === true ? '$__all' : values[0])
    if (chosen !== undefined) selection[variable.name] = String(chosen)
  }
  return { selection, options }
}

const spoken = ([name, value]: [string, string | readonly string[]]): string =>
  `${name}: ${String(value) === '$__all' ? 'All' : String(value)}`

/** The page of a dashboard's panels, complete in itself. Throws when Prometheus refuses a query. */
export const drawPage = async (view: View): Promise<string> => {
  const { dashboard, from, to } = view
  const { selection, options } = await openedWith(view)
  const parts: Html[] = []
  let shift = 0
  let bottom = 0
  const ofRows = ({ panels = [] }: Dashboard) =>
    panels.filter((panel): panel is RowPanel => panel.type === 'row')
  const groups = new Map(
    panelsIn(dashboard).map((panel) => [panel, repeated(panel, selection, options)]),
  )
  const headings = ofRows(dashboard)
  const drawOne = async ({ panel, selection: chosen }: Placed): Promise<void> => {
    const { style, ...size } = box(panel.gridPos!, shift)
    const shown = await queryPanel({ ...view, selection: chosen }, panel)
    const title = interpolate(panel.title ?? '', variablesIn(dashboard), chosen, {
      range: 0,
      step: 0,
      rate: 0,
    })
    // A version in a title is no regular expression.
    const readable = title.replaceAll('\\\\', '')
    const inside = panelHtml({ panel, title: readable, shown, from, to }, size)
    parts.push(html`<section style="${style}">${inside}</section>`)
    bottom = Math.max(bottom, (panel.gridPos!.y + shift + panel.gridPos!.h) * (ROW + GAP))
  }
  for (const [panel, placed] of groups) {
    while ((headings[0]?.gridPos?.y ?? Infinity) < panel.gridPos!.y) {
      const { title = '', gridPos } = headings.shift()!
      parts.push(html`<h2 style="${box(gridPos!, shift).style}">${title}</h2>`)
    }
    for (const one of placed) await drawOne(one)
    const last = placed.at(-1)
    if (last !== undefined) shift += last.panel.gridPos!.y - panel.gridPos!.y
  }
  const minutes = Math.round((to - from) / 60)
  const about = [
    ...Object.entries(selection).map(spoken),
    `${minutes} minutes up to ${new Date(to * 1_000).toISOString().slice(0, 16)} UTC`,
  ]
  const { title = '' } = dashboard
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p>${about.join(' · ')}</p>
        </header>
        <main style="height: ${bottom}px">${parts}</main>
      </body>
    </html> `
  return page.html
}
