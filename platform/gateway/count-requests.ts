import type { Instruments } from '#observability/instruments.ts'
import { createStrayCounter } from '#platform/runtime/count-strays.ts'
import type { Route } from './route.ts'

/** Label of a request that named no model, or none that exists. */
const NO_MODEL = ''

/** Every status that a route may answer with. */
const statusesOf = ({ status = 200, problems, request, answerType }: Route): number[] => [
  status,
  ...Object.keys(problems).map(Number),
  ...(request.body === undefined && answerType === undefined ? [] : [499]),
  500,
]

/**
 * Counts and times the gateway's requests by route, model and status. All labels are of the gateway's own making,
 * whatever a caller sends, and each counter starts at 0, so that the first request is an increase.
 */
export const createRequestCounter = (
  instruments: Instruments,
  routes: readonly Route[],
  models: readonly string[],
) => {
  const { apiRequests, apiErrors, apiDuration, apiInFlight } = instruments
  const known = new Set(models)
  const add = (endpoint: string, model: string, status: number, value: number): void => {
    const labels = { endpoint, model_name: model, status: String(status) }
    apiRequests.add(value, labels)
    if (status >= 400) apiErrors.add(value, labels)
  }
  for (const route of routes) {
    apiInFlight.add(0, { endpoint: route.path })
    for (const model of route.namesModel === true ? [NO_MODEL, ...known] : [NO_MODEL]) {
      for (const status of new Set(statusesOf(route))) add(route.path, model, status, 0)
    }
  }
  return {
    began: (endpoint: string): void => apiInFlight.add(1, { endpoint }),
    ended: (endpoint: string, named: string | null, status: number, seconds: number): void => {
      const model = named !== null && known.has(named) ? named : NO_MODEL
      apiInFlight.add(-1, { endpoint })
      add(endpoint, model, status, 1)
      apiDuration.record(seconds, { endpoint, model_name: model, status: String(status) })
    },
    stray: createStrayCounter(instruments, NO_MODEL, [404, 405, 500]),
  }
}
