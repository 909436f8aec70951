import { expect, test } from 'vitest'
import { OUTCOMES } from '#observability/labels.ts'
import { panelsIn } from '../query/query-panel.ts'
import { readDashboard } from '../testing/run-queries.ts'
import { panelHtml } from './panel-html.ts'

const FROM = 1_800_000_000
const TIMES = [0, 1, 2, 3, 4, 5, 6, 7]
const RED = ['#F2495C', '#C4162A']
const GREY = ['#8E8E9A', '#C7C7D1']
const GREEN = ['#73BF69']

const panel = panelsIn(readDashboard('models')).find(
  ({ title }) => title === 'Predictions by outcome',
)!

/** The panel of outcomes with these numbers at each of the times; what is not given is 0 at all of them. */
const draw = (numbers: Record<string, readonly number[]>): string => {
  const shown = panel.targets!.map((target) => {
    const { expr, legendFormat } = target as unknown as { expr: string; legendFormat: string }
    const series = OUTCOMES.filter((outcome) => expr.includes(outcome)).map((outcome) => ({
      labels: { outcome },
      points: TIMES.map((time) => [FROM + time * 15, numbers[outcome]?.[time] ?? 0] as const),
    }))
    return { expression: expr, legend: legendFormat, series }
  })
  const about = { title: '', from: FROM, to: FROM + 120, runbook: '' }
  return panelHtml({ panel, shown, ...about }, { width: 480, height: 300 }).html
}

/** Colours of the lines, the lowest first. */
const lines = (page: string): string[] =>
  [...page.matchAll(/<path d="M[^>]*stroke="(#\w{6})"/g)].map(([, colour]) => colour!.toUpperCase())

test('every outcome is asked for once and has its colour: red is our fault, grey the caller’s', () => {
  const legend = [...draw({}).matchAll(/background: (#\w+)"><\/i>(\w+)/g)]
  expect(legend).toHaveLength(OUTCOMES.length)
  const colours = Object.fromEntries(legend.map(([, colour, name]) => [name, colour]))
  expect(RED).toEqual([colours['failed'], colours['unavailable']])
  expect(GREY).toEqual([colours['invalid'], colours['cancelled']])
  expect(GREEN).toEqual([colours['success']])
})

test('what never happened lies on the ground, and not as a line over what did', () => {
  expect(lines(draw({ success: TIMES.map(() => 2) }))).toEqual([RED[0], ...GREEN])
  expect(lines(draw({ unavailable: TIMES.map(() => 2) }))).toEqual([...RED])
})

test('what happened for a moment is drawn for that moment', () => {
  const moment = TIMES.map((time) => (time === 3 ? 1 : 0))
  const always = TIMES.map(() => 2)
  const page = draw({ success: always, invalid: moment })
  expect(lines(page)).toEqual([RED[0], GREY[0], ...GREEN])
  const [, path] = /<path d="([^"]+)"[^>]*stroke="#8E8E9A"/i.exec(page)!
  expect(path!.match(/[\d.]+ [\d.]+/g)).toHaveLength(3)
})
