import type { Timers } from './timing.ts'

/**
 * Lets rows gather for `milliseconds` while nobody waits for them: a statement costs more than a row.
 * `hurry` ends the wait that runs, or spares the next one.
 */
export const createLinger = (timers: Timers, milliseconds: number) => {
  let isUrgent = false
  let end = () => {}
  return {
    hurry: (): void => {
      isUrgent = true
      end()
    },
    /** Null when there is no reason to wait. */
    wait: (): Promise<void> | null => {
      if (milliseconds === 0 || isUrgent) {
        isUrgent = false
        return null
      }
      return new Promise((resolve) => {
        const cancel = timers.after(milliseconds, () => end())
        end = () => {
          end = () => {}
          isUrgent = false
          cancel()
          resolve()
        }
      })
    },
  }
}
