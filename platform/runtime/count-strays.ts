import type { Instruments } from '#observability/instruments.ts'

/** Label of what is at no route. */
export const NO_ROUTE = 'other'

/**
 * Counts requests that no route answers, by one of these statuses, each from 0: an unknown address, a method
 * that an address does not take, a foreign host. Their paths are the caller's and are no labels.
 */
export const createStrayCounter = (
  { apiRequests, apiErrors }: Instruments,
  model: string,
  statuses: readonly number[],
) => {
  const add = (status: number, value: number): void => {
    const labels = { endpoint: NO_ROUTE, model_name: model, status: String(status) }
    apiRequests.add(value, labels)
    apiErrors.add(value, labels)
  }
  for (const status of statuses) add(status, 0)
  return (status: number): void => {
    if (statuses.includes(status)) add(status, 1)
  }
}
