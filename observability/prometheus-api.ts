import { createGet, type Get } from './http-get.ts'

/** Prometheus answered with an error, or not at all. */
export class PrometheusError extends Error {}

export type Series = { labels: Record<string, string>; value: number }

export type Target = { job: string; address: string; isUp: boolean; problem: string }

export type Rules = { count: number; failed: { name: string; problem: string }[] }

type Answer<Data> = { status: string; error?: string; data: Data }
type RuleAnswer = { groups: { rules: { name: string; health: string; lastError?: string }[] }[] }
type TargetAnswer = {
  activeTargets: {
    labels: { job: string }
    scrapeUrl: string
    health: 'up' | 'down' | 'unknown'
    lastError: string
  }[]
}

/** What Prometheus at this address answers at a path of its API. Throws PrometheusError, with its own words where it has some. */
export const createAsk =
  (address: string, get: Get = createGet(address)) =>
  async <Data>(path: string): Promise<Data> => {
    const answer = await get(path).catch((cause: Error) => {
      throw new PrometheusError(`${address} does not answer: ${cause.message}`, { cause })
    })
    try {
      const { status, error, data } = JSON.parse(answer.text) as Answer<Data>
      if (status === 'success') return data
      // Others answer with JSON too, Inlet's own errors with a field of this name, but not with these words.
      if (status === 'error' && error !== undefined) {
        throw new PrometheusError(`${address} refuses ${decodeURIComponent(path)}: ${error}`)
      }
    } catch (thrown) {
      if (thrown instanceof PrometheusError) throw thrown
    }
    throw new PrometheusError(`${address} is no Prometheus: it answers ${answer.status}`)
  }

/** Prometheus' HTTP API at an address. Every method throws PrometheusError. */
export const createPrometheusApi = (address: string) => {
  const get = createGet(address)
  const ask = createAsk(address, get)

  return {
    address,
    isReady: async (): Promise<boolean> => {
      const answer = await get('/-/ready').catch(() => null)
      return answer?.status === 200
    },
    /** An instant query; what is not a number is left out. */
    query: async (expression: string): Promise<Series[]> => {
      const path = `/api/v1/query?query=${encodeURIComponent(expression)}`
      const { result } = await ask<{
        result: { metric: Record<string, string>; value: [number, string] }[]
      }>(path)
      return result
        .map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }))
        .filter(({ value }) => !Number.isNaN(value))
    },
    targets: async (): Promise<Target[]> => {
      const { activeTargets } = await ask<TargetAnswer>('/api/v1/targets?state=active')
      return activeTargets.map(({ labels, scrapeUrl, health, lastError }) => ({
        job: labels.job,
        address: scrapeUrl,
        isUp: health === 'up',
        problem: health === 'unknown' ? 'not scraped yet' : lastError,
      }))
    },
    rules: async (): Promise<Rules> => {
      const { groups } = await ask<RuleAnswer>('/api/v1/rules')
      const rules = groups.flatMap((group) => group.rules)
      return {
        count: rules.length,
        failed: rules
          .filter(({ health }) => health === 'err')
          .map(({ name, lastError }) => ({ name, problem: lastError ?? '' })),
      }
    },
  }
}

export type PrometheusApi = ReturnType<typeof createPrometheusApi>
