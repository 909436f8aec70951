import type { PredictionPhase } from '#observability/labels.ts'
import type { RequestSpan, SpanLink } from '#observability/tracing.ts'
import type { ErrorCode } from './errors.ts'
import type { Phases } from './observe.ts'

/**
 * Times the steps of one request, one after the other: milliseconds for its metrics, log line and header, and
 * a child of its span for each step that it reached, the one that failed too.
 */
export const createSteps = (span: RequestSpan | null = null) => {
  const phases: Phases = {}
  let current: PredictionPhase | null = null
  let from = 0
  return {
    /** Of the steps that are done. */
    phases,
    span,
    begin: (phase: PredictionPhase, at = performance.now()): void => {
      current = phase
      from = at
    },
    /** The step is done; `took` where that is not all the time since it began. */
    end: (to = performance.now(), took = to - from, links: readonly SpanLink[] = []): void => {
      if (current === null) return
      phases[current] = took
      span?.child({ name: current, from, to, links })
      current = null
    },
    /** The request failed within its step, if it was in one. */
    fail: (code: ErrorCode): void => {
      if (current === null) return
      const attributes = { 'error.type': code }
      span?.child({ name: current, from, to: performance.now(), attributes })
      current = null
    },
  }
}

export type Steps = ReturnType<typeof createSteps>
