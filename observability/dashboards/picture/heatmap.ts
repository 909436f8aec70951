import type { Html } from './html.ts'
import { curvesOf, type Curve, type ShownPanel } from './shown-panel.ts'
import { clock, drawSvg, INK, type Size } from './svg.ts'

/** From cumulative buckets over time to what fell between each bound and the one below it. */
const cellsOf = (curves: readonly Curve[]) => {
  const bounds = curves.toSorted((a, b) => Number(boundOf(a)) - Number(boundOf(b)))
  return bounds.flatMap(({ points }, row) => {
    const below = new Map(bounds[row - 1]?.points)
    return points.map(([time, value]) => ({ time, row, count: value - (below.get(time) ?? 0) }))
  })
}
const boundOf = ({ name }: Curve): string => name.replace('+Inf', 'Infinity')

/** Pixels from one time to the next. */
const LABEL = 120

/** The times of a curve's steps over the whole range, those without a sample too. */
const everyStep = (some: readonly number[], { from, to }: ShownPanel): number[] => {
  const times = [...new Set(some)].toSorted((a, b) => a - b)
  const step = Math.min(to - from, ...times.slice(1).map((time, index) => time - times[index]!))
  const before = Math.floor(((times[0] ?? to) - from) / step)
  const first = (times[0] ?? to) - before * step
  return Array.from(
    { length: Math.floor((to - first) / step) + 1 },
    (_, index) => first + index * step,
  )
}

/** A histogram's buckets over time; the lighter, the more. */
export const drawHeatmap = (shown: ShownPanel, size: Size): Html => {
  const curves = curvesOf(shown)
  const cells = cellsOf(curves)
  const times = everyStep(
    cells.map(({ time }) => time),
    shown,
  )
  const bounds = curves.map(boundOf).toSorted((a, b) => Number(a) - Number(b))
  const most = Math.max(1e-9, ...cells.map(({ count }) => count).filter(Number.isFinite))
  const option = {
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: times,
      axisLabel: {
        color: INK,
        fontSize: 11,
        interval: Math.ceil((times.length * LABEL) / size.width),
        formatter: (time: string) => clock(Number(time) * 1_000),
      },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'category',
      data: bounds.map((bound) => (bound === 'Infinity' ? '1' : `${Number(bound)}`)),
      axisLabel: { color: INK, fontSize: 11 },
      axisTick: { show: false },
    },
    visualMap: {
      show: false,
      min: 0,
      max: most,
      inRange: { color: ['#1b2330', '#2f6db5', '#c7e0ff'] },
    },
    series: [
      {
        type: 'heatmap',
        data: cells
          .filter(({ count }) => count > 0)
          .map(({ time, row, count }) => [times.indexOf(time), row, count]),
      },
    ],
  }
  return drawSvg(option, size)
}
