import { drawCurves } from './curves.ts'
import { format } from './format.ts'
import { drawHeatmap } from './heatmap.ts'
import { html, trusted, type Html } from './html.ts'
import type { Size } from './svg.ts'
import { colourOf, coloursOf, curvesOf, lastOf, unitOf, type ShownPanel } from './shown-panel.ts'

const HEADER = 30
const PADDING = 20
const LEGEND_LINE = 18
const MOST_LEGEND_LINES = 3
/** Pixels of a letter and of what stands around a name, at the size that the style gives legends. */
const LETTER = 6.2
const AROUND = 30
/** What says that names are left out. */
const MORE = 80

const nothing = html`<p class="nothing">No data</p>`

/** Lines that names take below a curve of this width, and how many of them fit. */
const legendOf = (names: readonly string[], width: number): { lines: number; fit: number } => {
  let lines = 1
  let used = 0
  for (const [index, name] of names.entries()) {
    const wide = Math.min(width, name.length * LETTER + AROUND)
    const isLast = index === names.length - 1
    const room = lines === MOST_LEGEND_LINES && !isLast ? width - MORE : width
    if (used + wide > room) {
      if (lines === MOST_LEGEND_LINES) return { lines, fit: index }
      lines += 1
      used = 0
    }
    used += wide
  }
  return { lines, fit: names.length }
}

const curves = (shown: ShownPanel, { width, height }: Size): Html => {
  const all = curvesOf(shown)
  const names = all.map(({ name }) => name)
  const colours = coloursOf(shown, all)
  const { lines, fit } = legendOf(names, width)
  const chart = drawCurves(shown, { width, height: height - lines * LEGEND_LINE - 4 })
  const entries = names
    .slice(0, fit)
    .map((name, index) => html`<li><i style="background: ${colours[index]!}"></i>${name}</li>`)
  const more = fit < names.length ? [html`<li>and ${names.length - fit} more</li>`] : []
  const style = `max-height: ${lines * LEGEND_LINE}px`
  return html`${chart}
    <ul class="legend" style="${style}">
      ${[...entries, ...more]}
    </ul>`
}

const numbers = (shown: ShownPanel): Html => {
  const values = curvesOf(shown).map((curve) => {
    const value = lastOf(curve)
    const colour = Number.isNaN(value) ? '#8e8e9a' : colourOf(shown, value)
    return html`<li>
      <b style="color: ${colour}">${format(value, unitOf(shown))}</b><span>${curve.name}</span>
    </li>`
  })
  return html`<ul class="numbers">
    ${values}
  </ul>`
}

const bars = (shown: ShownPanel): Html => {
  const values = curvesOf(shown).map((curve) => ({ name: curve.name, value: lastOf(curve) }))
  const defaults = shown.panel.fieldConfig?.defaults
  const highest = defaults?.max ?? Math.max(...values.map(({ value }) => value))
  const rows = values.map(({ name, value }) => {
    const share = Math.max(0, Math.min(1, value / highest)) * 100
    const style = `width: ${share.toFixed(1)}%; background: ${colourOf(shown, value)}`
    return html`<li>
      <span>${name}</span>
      <div><i style="${style}"></i></div>
      <b>${format(value, unitOf(shown))}</b>
    </li>`
  })
  return html`<ul class="bars">
    ${rows}
  </ul>`
}

const KINDS: Record<string, (shown: ShownPanel, size: Size) => Html> = {
  timeseries: curves,
  heatmap: drawHeatmap,
  stat: numbers,
  bargauge: bars,
}

/** A panel's inside: heading and picture, for a box of so many pixels. Throws for a kind that none has had so far. */
export const panelHtml = (shown: ShownPanel, { width, height }: Size): Html => {
  const make = KINDS[shown.panel.type]
  if (make === undefined) throw new Error(`no way to draw a panel of type ${shown.panel.type}`)
  const isEmpty = shown.shown.every(({ series }) =>
    series.every(({ points }) => points.every(([, value]) => !Number.isFinite(value))),
  )
  const inside = isEmpty
    ? nothing
    : make(shown, { width: width - PADDING, height: height - HEADER - PADDING / 2 })
  const links = (shown.panel.links ?? []).map(({ title, url = '' }) => {
    const address = url.replace('${runbook:raw}', shown.runbook)
    return html`<a href="${address}" title="${title}">${title.replace('Runbook: ', '')}</a>`
  })
  const described = shown.panel.description ?? ''
  return html`<h3 title="${described}">${shown.title}<span>${links}</span></h3>
    ${inside}`
}

/** For pages of panels only. */
export const PANEL_STYLE = trusted(`
h3 { display: flex; justify-content: space-between; gap: 8px; margin: 0; height: ${HEADER - 6}px; font-size: 13px; font-weight: 500; white-space: nowrap; }
h3 span { display: flex; gap: 8px; overflow: hidden; }
h3 a { font-size: 11px; font-weight: 400; color: #6e9fff; text-decoration: none; }
svg { display: block; }
ul { list-style: none; margin: 0; padding: 0; }
.nothing { display: grid; place-items: center; height: 70%; margin: 0; color: #8e8e9a; }
.legend { display: flex; flex-wrap: wrap; overflow: hidden; margin-top: 4px; font-size: 11px; line-height: ${LEGEND_LINE}px; }
.legend li { padding-right: 12px; max-width: 100%; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.legend i { display: inline-block; width: 12px; height: 3px; margin-right: 5px; vertical-align: middle; border-radius: 2px; }
.numbers { display: flex; flex-wrap: wrap; height: calc(100% - ${HEADER}px); align-content: center; }
.numbers li { flex: 1 1 auto; min-width: 70px; padding: 2px 6px; text-align: center; }
.numbers b { display: block; font-size: 24px; font-weight: 600; white-space: nowrap; }
.numbers span { font-size: 11px; color: #a6a6b3; white-space: nowrap; }
.bars { display: grid; grid-template-columns: minmax(0, auto) 1fr auto; gap: 4px 8px; align-items: center; height: calc(100% - ${HEADER}px); font-size: 11px; }
.bars li { display: contents; }
.bars span { overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.bars div { height: 12px; background: #22252b; border-radius: 2px; }
.bars i { display: block; height: 100%; border-radius: 2px; }
`)
