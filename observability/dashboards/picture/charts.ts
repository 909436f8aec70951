import * as echarts from 'echarts'
import { format } from './format.ts'
import { trusted, type Html } from './html.ts'
import {
  COLOURS,
  curvesOf,
  limitOf,
  RED,
  unitOf,
  type Curve,
  type ShownPanel,
} from './shown-panel.ts'

const INK = '#ccccdc'
const FAINT = 'rgba(204, 204, 220, 0.12)'

export type Size = { width: number; height: number }

/** An SVG by ECharts. Its text is escaped by ECharts itself. */
const draw = (option: echarts.EChartsCoreOption, size: Size): Html => {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size })
  chart.setOption({ animation: false, textStyle: { fontFamily: 'inherit', color: INK }, ...option })
  const svg = chart.renderToSVGString()
  // Otherwise its timers keep the process.
  chart.dispose()
  return trusted(svg)
}

const clock = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(11, 16)

const timeAxis = ({ from, to }: ShownPanel, width: number) => ({
  type: 'time',
  min: from * 1_000,
  max: to * 1_000,
  splitNumber: Math.max(2, Math.round(width / 110)),
  axisLabel: { color: INK, fontSize: 11, formatter: clock, hideOverlap: true },
  axisLine: { lineStyle: { color: FAINT } },
  splitLine: { show: true, lineStyle: { color: FAINT } },
})

/** Whole shares up to 1, and bytes by powers of two; otherwise ECharts' own steps. */
const intervalOf = (unit: string, max: number | undefined, highest: number): object => {
  if (max === 1) return unit === 'short' ? { interval: 1 } : {}
  if (unit !== 'bytes' || !(highest > 0)) return {}
  const interval = 2 ** Math.ceil(Math.log2(highest / 4))
  return { interval, max: Math.ceil(highest / interval) * interval }
}

const valueAxis = (shown: ShownPanel, lowest: number, highest: number) => {
  const {
    max,
    min = max === undefined ? undefined : Math.min(max - 0.1, Math.floor(lowest * 20) / 20),
  } = shown.panel.fieldConfig?.defaults ?? {}
  return {
    type: 'value',
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    scale: min === undefined,
    splitNumber: 4,
    ...intervalOf(unitOf(shown), max, highest),
    axisLabel: {
      color: INK,
      fontSize: 11,
      formatter: (value: number) => format(value, unitOf(shown)),
    },
    splitLine: { lineStyle: { color: FAINT } },
  }
}

/** A gap of more than two steps breaks a line: nothing was there. */
const withGaps = (points: Curve['points']): [number, number | null][] => {
  const steps = points.slice(1).map(([time], index) => time - points[index]![0])
  const step = Math.min(...steps)
  return points.flatMap(([time, value], index) => {
    const point: [number, number | null] = [time * 1_000, Number.isFinite(value) ? value : null]
    return steps[index - 1]! > 2 * step ? [[time * 1_000 - 1, null], point] : [point]
  })
}

/** Curves over time, one upon the other where the panel stacks them, with the limit as a dashed line. */
export const drawCurves = (shown: ShownPanel, size: Size): Html => {
  const curves = curvesOf(shown)
  const custom = (shown.panel.fieldConfig?.defaults.custom ?? {}) as {
    stacking?: { mode?: string }
    thresholdsStyle?: { mode?: string }
  }
  const isStacked = custom.stacking?.mode === 'normal'
  const limit = custom.thresholdsStyle?.mode === 'dashed' ? limitOf(shown) : undefined
  const finite = curves
    .flatMap(({ points }) => points.map(([, value]) => value))
    .filter((value) => Number.isFinite(value))
  const highest = Math.max(...finite)
  // A limit far above everything would press the curves flat.
  const isNear = limit !== undefined && (limit <= highest * 4 || highest === 0)
  const series = curves.map(({ name, points }) => ({
    name,
    type: 'line',
    showSymbol: points.length < 3,
    symbolSize: 4,
    lineStyle: { width: 1.2 },
    data: withGaps(points),
    connectNulls: false,
    ...(isStacked && { stack: 'all', areaStyle: { opacity: 0.3 } }),
  }))
  const line = {
    type: 'line',
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: RED, type: 'dashed', width: 1 },
      label: { show: false },
      data: [{ yAxis: limit }],
    },
  }
  const option = {
    color: COLOURS,
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    xAxis: timeAxis(shown, size.width),
    yAxis: {
      ...valueAxis(shown, Math.min(...finite), highest),
      ...(isNear && limit > highest && { max: limit * 1.1 }),
    },
    series: isNear ? [...series, line] : series,
  }
  return draw(option, size)
}

/** From cumulative buckets over time to what fell between each bound and the one below it. */
const cellsOf = (curves: readonly Curve[]) => {
  const bounds = curves.toSorted((a, b) => Number(boundOf(a)) - Number(boundOf(b)))
  return bounds.flatMap(({ points }, row) => {
    const below = new Map(bounds[row - 1]?.points)
    return points.map(([time, value]) => ({ time, row, count: value - (below.get(time) ?? 0) }))
  })
}
const boundOf = ({ name }: Curve): string => name.replace('+Inf', 'Infinity')

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
        hideOverlap: true,
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
  return draw(option, size)
}
