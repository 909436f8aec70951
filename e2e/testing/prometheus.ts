import { createGet } from '#observability/http-get.ts'
import { createAsk } from '#observability/prometheus-api.ts'
import { PORT } from './target.ts'

export type Series = { metric: Record<string, string>; value: number }
export type Samples = { metric: Record<string, string>; samples: { at: number; value: number }[] }

const address = `http://prometheus.localhost:${PORT}`
/** What Prometheus' API answers; throws with its message when it refuses. */
export const askPrometheus = createAsk(address, createGet(address, 30_000))

type Result = { metric: Record<string, string>; value?: Sample; values?: Sample[] }
type Sample = [seconds: number, value: string]

const resultOf = async (expression: string): Promise<Result[]> => {
  const path = `/api/v1/query?query=${encodeURIComponent(expression)}`
  return (await askPrometheus<{ result: Result[] }>(path)).result
}

/** What Prometheus answers to an instant query. */
export const query = async (expression: string): Promise<Series[]> =>
  (await resultOf(expression)).map(({ metric, value }) => ({ metric, value: Number(value![1]) }))

/** The samples as they were scraped, `at` in seconds since 1970: `expression` ends in a window, such as `[5m]`. */
export const rawSamples = async (expression: string): Promise<Samples[]> =>
  (await resultOf(expression)).map(({ metric, values = [] }) => ({
    metric,
    samples: values.map(([at, value]) => ({ at, value: Number(value) })),
  }))

/**
 * By how much each series is above what it was. Not PromQL's increase(), which stretches what it saw to the ends of
 * its window (41.7 of 40) and does not see a first sample as an increase.
 */
export const growthSince = async (
  before: readonly Series[],
  selector: string,
): Promise<number[]> => {
  const keyOf = ({ metric }: Series): string =>
    JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const was = new Map(before.map((one) => [keyOf(one), one.value]))
  return (await query(selector)).map((one) => one.value - (was.get(keyOf(one)) ?? 0))
}
