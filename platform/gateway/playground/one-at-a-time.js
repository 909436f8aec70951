/**
 * Runs `work` one call at a time. Calls while it runs become one more run after it, which reads
 * what is then current: a slider can move faster than the server answers.
 * @param {() => Promise<void>} work
 * @returns {() => Promise<void>}
 */
export const oneAtATime = (work) => {
  let isRunning = false
  let isWanted = false
  return async () => {
    isWanted = true
    if (isRunning) return
    isRunning = true
    try {
      while (isWanted) {
        isWanted = false
        // oxlint-disable-next-line no-await-in-loop -- one at a time is the point
        await work()
      }
    } finally {
      isRunning = false
    }
  }
}
