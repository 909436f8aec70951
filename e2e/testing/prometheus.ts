import { ask } from './target.ts'

export type Series = { metric: Record<string, string>; value: number }

/** What Prometheus answers to an instant query; throws with its message when it refuses. */
export const query = async (expression: string): Promise<Series[]> => {
  const path = `/api/v1/query?query=${encodeURIComponent(expression)}`
  const { status, json, text } = await ask({ host: 'prometheus', path })
  if (status !== 200) throw new Error(`Prometheus answered ${status}: ${text.slice(0, 300)}`)
  const { result } = json['data'] as {
    result: { metric: Record<string, string>; value: [number, string] }[]
  }
  return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }))
}
