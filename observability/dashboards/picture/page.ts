import type { Dashboard, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard'
import { interpolate, type Selection } from '../query/interpolate.ts'
import {
  optionsOf,
  panelsIn,
  queriedIn,
  queryPanel,
  variablesIn,
  type View as Asked,
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

/** `runbook` is its address as the page links to it. */
type View = Asked & { runbook: string }

type Place = { x: number; y: number; w: number; h: number }

/** For titles, which ask for no window. */
const NO_INTERVAL = { range: 0, step: 0, rate: 0 }

/** `shift` are grid rows that repeated panels above have added. */
const box = ({ x, y, w, h }: Place, shift: number) => {
  const width = w * COLUMN - GAP
  const height = h * (ROW + GAP) - GAP
  const style = `left: ${x * COLUMN}px; top: ${(y + shift) * (ROW + GAP)}px; width: ${width}px; height: ${height}px`
  return { width, height, style }
}

/** What is chosen when a dashboard is opened: All, or the first value. */
const openedWith = async (
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

const headingsIn = ({ panels = [] }: Dashboard): RowPanel[] =>
  panels.filter((panel): panel is RowPanel => panel.type === 'row')

const drawPanel = async (
  view: View,
  { panel, selection }: Placed,
  shift: number,
): Promise<Html> => {
  const { style, ...size } = box(panel.gridPos!, shift)
  const shown = await queryPanel({ ...view, selection }, panel)
  const { from, to, runbook } = view
  const title = interpolate(panel.title ?? '', variablesIn(view.dashboard), selection, NO_INTERVAL)
    // Nothing in a title is a regular expression.
    .replaceAll('\\\\', '')
  return html`<section style="${style}">
    ${panelHtml({ panel, title, shown, from, to, runbook }, size)}
  </section>`
}

/** Every heading and panel in its place, and the pixels that they take together. */
const drawAll = async (view: View, options: Record<string, string[]>) => {
  const parts: Html[] = []
  const headings = headingsIn(view.dashboard)
  // Grid rows that repeated panels have added so far.
  let shift = 0
  let bottom = 0
  for (const panel of panelsIn(view.dashboard)) {
    const { y, h } = panel.gridPos!
    while ((headings[0]?.gridPos?.y ?? Infinity) < y) {
      const { title = '', gridPos } = headings.shift()!
      parts.push(html`<h2 style="${box(gridPos!, shift).style}">${title}</h2>`)
    }
    const placed = repeated(panel, view.selection, options)
    for (const one of placed) parts.push(await drawPanel(view, one, shift))
    shift += (placed.at(-1)?.panel.gridPos?.y ?? y) - y
    bottom = Math.max(bottom, (y + shift + h) * (ROW + GAP))
  }
  return { parts, bottom }
}

/** The page of a dashboard's panels, complete in itself. Throws when Prometheus refuses a query. */
export const drawPage = async (view: View): Promise<string> => {
  const { selection, options } = await openedWith(view)
  const { parts, bottom } = await drawAll({ ...view, selection }, options)
  const { title = '' } = view.dashboard
  const minutes = Math.round((view.to - view.from) / 60)
  const end = new Date(view.to * 1_000).toISOString().slice(0, 16)
  const about = [...Object.entries(selection).map(spoken), `${minutes} minutes up to ${end} UTC`]
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
