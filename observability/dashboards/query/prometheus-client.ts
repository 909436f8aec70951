import { createAsk } from '#observability/prometheus-api.ts'
import { createGet } from '#observability/http-get.ts'

/** A range of a day over many series takes a while. */
const TIMEOUT_MS = 30_000

/** One curve: points are [seconds since 1970, value]. */
export type Series = {
  labels: Readonly<Record<string, string>>
  points: readonly (readonly [time: number, value: number])[]
}

export type PrometheusClient = {
  range(expression: string, from: number, to: number, step: number): Promise<Series[]>
  /** Series of one point each. */
  instant(expression: string, time: number): Promise<Series[]>
  labelValues(label: string, series: string, from: number, to: number): Promise<string[]>
}

type Result = {
  metric: Record<string, string>
  value?: [number, string]
  values?: [number, string][]
}

const numberOf = (text: string): number =>
  ({ '+Inf': Infinity, '-Inf': -Infinity })[text] ?? Number(text)

const seriesOf = ({ result }: { result: Result[] }): Series[] =>
  result.map(({ metric, value, values = value === undefined ? [] : [value] }) => ({
    labels: metric,
    points: values.map(([time, text]) => [time, numberOf(text)] as const),
  }))

/** What dashboards ask Prometheus at this address. Throws PrometheusError. */
export const createPrometheusClient = (address: string): PrometheusClient => {
  const get = createAsk(address, createGet(address, TIMEOUT_MS))
  const ask = <Data>(path: string, asked: Record<string, string | number>): Promise<Data> => {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries(asked)) parameters.set(name, String(value))
    return get(`${path}?${String(parameters)}`)
  }

  return {
    range: async (query, start, end, step) =>
      seriesOf(await ask('/api/v1/query_range', { query, start, end, step })),
    instant: async (query, time) => seriesOf(await ask('/api/v1/query', { query, time })),
    labelValues: (label, series, start, end) =>
      ask(`/api/v1/label/${label}/values`, { 'match[]': series, start, end }),
  }
}
