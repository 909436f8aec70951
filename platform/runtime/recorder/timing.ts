/** Runs a callback after some milliseconds, unless what it returns is called before. */
export type Timers = { after(milliseconds: number, callback: () => void): () => void }

export const realTimers: Timers = {
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}

const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5_000

/** Milliseconds before the next attempt: doubling, between half and all of it, so that processes spread. */
export const backOff = (attempt: number, random: number): number =>
  Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE) * (0.5 + random / 2)

/** The work's own result, or an error with the code `timeout` when it takes too long; it is not stopped. */
export const withTimeLimit = <Value>(
  timers: Timers,
  milliseconds: number,
  work: () => Promise<Value>,
): Promise<Value> =>
  new Promise((resolve, reject) => {
    const cancel = timers.after(milliseconds, () => {
      reject(Object.assign(new Error('The work took too long'), { code: 'timeout' }))
    })
    void Promise.try(work).finally(cancel).then(resolve, reject)
  })
