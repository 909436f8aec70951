import { request } from 'undici'

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

/** Asks Prometheus at this address; names below `localhost` are this machine, as browsers have it. Throws with Prometheus' own words. */
export const createPrometheusClient = (address: string): PrometheusClient => {
  const base = new URL(address)
  const { host } = base
  if (base.hostname.endsWith('.localhost')) base.hostname = '127.0.0.1'

  const ask = async <Data>(path: string, asked: Record<string, string | number>): Promise<Data> => {
    const url = new URL(path, base)
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, String(value))
    const { statusCode, body } = await request(url, { headers: { host } })
    const text = await body.text()
    if (statusCode !== 200) {
      throw new Error(`Prometheus at ${address} answered ${statusCode}: ${text.slice(0, 500)}`)
    }
    return (JSON.parse(text) as { data: Data }).data
  }

  return {
    range: async (query, start, end, step) =>
      seriesOf(await ask('/api/v1/query_range', { query, start, end, step })),
    instant: async (query, time) => seriesOf(await ask('/api/v1/query', { query, time })),
    labelValues: (label, series, start, end) =>
      ask(`/api/v1/label/${label}/values`, { 'match[]': series, start, end }),
  }
}
