/** Of the time to stop, what has passed when requests in progress are cut off, and when what waits is written no more. */
export const ANSWERED_BY = 0.5
export const WRITTEN_BY = 0.6

/** The time of a stop, from `begin()` on, in milliseconds. */
export const createStopTime = (
  milliseconds: number,
  now: () => number = () => performance.now(),
) => {
  let end = 0
  return {
    begin: (): void => {
      end = now() + milliseconds
    },
    /** Milliseconds until that share of it has passed. */
    leftUntil: (share: number): number => Math.max(0, end - now() - milliseconds * (1 - share)),
  }
}
