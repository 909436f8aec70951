import { format } from './format.ts'
import type { Html } from './html.ts'
import {
  coloursOf,
  curvesOf,
  limitOf,
  RED,
  unitOf,
  type Curve,
  type ShownPanel,
} from './shown-panel.ts'
import { clock, drawSvg, FAINT, INK, type Size } from './svg.ts'

const timeAxis = ({ from, to }: ShownPanel, width: number) => ({
  type: 'time',
  min: from * 1_000,
  max: to * 1_000,
  splitNumber: Math.max(2, Math.round(width / 110)),
  axisLabel: {
    color: INK,
    fontSize: 11,
    formatter: clock,
    hideOverlap: true,
    alignMinLabel: 'left',
    alignMaxLabel: 'right',
  },
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

/**
 * Curves that are stacked need the same times: 0 where one has no sample. A layer without height would be
 * drawn over the line of the one below it: there it has no value, but for the lowest, which is on the ground.
 */
const layered = (curves: readonly Curve[]): Curve[] => {
  const times = new Set(curves.flatMap(({ points }) => points.map(([time]) => time)))
  const all = [...times].toSorted((a, b) => a - b)
  return curves.map(({ name, points }, layer) => {
    const values = new Map(points)
    const heightAt = (index: number): number => values.get(all[index]!) || 0
    const isFlat = (index: number): boolean =>
      [index - 1, index, index + 1].every((near) => heightAt(near) === 0)
    const shown = all.map((time, index): [number, number] => [
      time,
      layer > 0 && isFlat(index) ? Number.NaN : heightAt(index),
    ])
    return { name, points: shown }
  })
}

/** Curves over time, one upon the other where the panel stacks them, with the limit as a dashed line. */
export const drawCurves = (shown: ShownPanel, size: Size): Html => {
  const custom = (shown.panel.fieldConfig?.defaults.custom ?? {}) as {
    stacking?: { mode?: string }
    thresholdsStyle?: { mode?: string }
  }
  const isStacked = custom.stacking?.mode === 'normal'
  const curves = isStacked ? layered(curvesOf(shown)) : curvesOf(shown)
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
    color: coloursOf(shown, curves),
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    xAxis: timeAxis(shown, size.width),
    yAxis: {
      ...valueAxis(shown, Math.min(...finite), highest),
      ...(isNear && limit > highest && { max: limit * 1.1 }),
    },
    series: isNear ? [...series, line] : series,
  }
  return drawSvg(option, size)
}
