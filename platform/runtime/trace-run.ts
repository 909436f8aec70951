import type { RequestSpan, SpanLink } from '#observability/tracing.ts'

/**
 * A run of the model over rows of several requests, each of which links to it and is linked from it: none is
 * the parent of the others. It stands in the trace of the first one whose trace is kept, for a root of its own
 * would be kept or left out without regard to them. Null when there is nothing to tell.
 */
export const traceRun = (
  requests: readonly (RequestSpan | null)[],
  rows: number,
  from: number,
  to: number,
): SpanLink | null => {
  const kept = requests.filter((request) => request !== null)
  const [first] = kept
  if (first === undefined) return null
  const attributes = { 'inlet.batch.rows': rows, 'inlet.batch.requests': requests.length }
  return first.child({ name: 'batch', from, to, attributes, links: kept })
}
