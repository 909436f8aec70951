/** Milliseconds that the system's clock may be ahead or behind before it is followed. */
const TOLERANCE = 20

/**
 * Milliseconds since 1970 of times of `performance.now()`, by one origin for all spans, so that children lie
 * within their parents: OpenTelemetry's own clock begins anew for each span, at a whole millisecond.
 */
export const createSpanClock = () => {
  let { timeOrigin } = performance
  const at = (time: number): number => timeOrigin + time
  return {
    at,
    now: (): number => at(performance.now()),
    /** Follows the system's clock where it was set, or runs away in a process that lives for weeks. */
    adjust: (): void => {
      const ahead = Date.now() - at(performance.now())
      if (Math.abs(ahead) > TOLERANCE) timeOrigin += ahead
    },
  }
}
