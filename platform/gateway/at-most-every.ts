import type { Logger } from '#observability/logger.ts'

export type Pace = {
  pauseMs: number
  /** Milliseconds since 1970. */
  now: () => number
  logger: Logger
  /** The log line of a reading that failed. */
  failure: string
}

/**
 * For what is called before each scrape: reads at most once in a pause and one at a time, and waits for nothing, so
 * that an ailing database delays no page. `read` is given the time.
 */
export const atMostEvery = (
  { pauseMs, now, logger, failure }: Pace,
  read: (time: number) => Promise<void>,
): (() => void) => {
  let nextRead = 0
  let isReading = false
  return () => {
    const time = now()
    if (isReading || time < nextRead) return
    isReading = true
    nextRead = time + pauseMs
    read(time)
      .catch((thrown: Error) => logger.warn({ reason: thrown.message }, failure))
      .finally(() => (isReading = false))
  }
}
