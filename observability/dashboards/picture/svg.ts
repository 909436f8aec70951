import * as echarts from 'echarts'
import { trusted, type Html } from './html.ts'

export const INK = '#ccccdc'
export const FAINT = 'rgba(204, 204, 220, 0.12)'

export type Size = { width: number; height: number }

/** An SVG by ECharts. Its text is escaped by ECharts itself. */
export const drawSvg = (option: echarts.EChartsCoreOption, size: Size): Html => {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size })
  chart.setOption({ animation: false, textStyle: { fontFamily: 'inherit', color: INK }, ...option })
  const svg = chart.renderToSVGString()
  // Otherwise its timers keep the process.
  chart.dispose()
  return trusted(svg)
}

/** Hours and minutes of UTC. */
export const clock = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(11, 16)
