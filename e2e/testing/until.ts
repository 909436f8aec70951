import { setTimeout } from 'node:timers/promises'

export type Patience = {
  /** Seconds until the wait is given up. */
  seconds?: number
  /** Milliseconds between two looks. */
  everyMs?: number
}

/**
 * Looks until `look` returns something other than false, null or undefined, and returns that.
 * Throws with `what` and the last error when it never does.
 */
export const until = async <T>(
  what: string,
  look: () => Promise<T> | T,
  { seconds = 120, everyMs = 500 }: Patience = {},
): Promise<Exclude<T, false | null | undefined>> => {
  const end = performance.now() + seconds * 1000
  let failure: unknown
  for (;;) {
    try {
      const found = await look()
      failure = undefined
      if (found !== false && found !== null && found !== undefined) {
        return found as Exclude<T, false | null | undefined>
      }
    } catch (thrown) {
      failure = thrown
    }
    if (performance.now() > end) {
      throw new Error(`not within ${seconds} s: ${what}`, { cause: failure })
    }
    await setTimeout(everyMs)
  }
}
