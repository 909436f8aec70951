import type { Instruments } from '#observability/instruments.ts'
import { START_PHASES, type StartPhase } from '#observability/labels.ts'
import type { Fetch } from '#platform/runtime/fetch.ts'

/** Marks the end of a phase; Node's own clock counts from the start of the process. */
export const endPhase = (phase: StartPhase): void => void performance.mark(phase)

/** Milliseconds of each phase whose end is marked. */
const durations = (): [StartPhase, number][] => {
  let before = 0
  return START_PHASES.flatMap((phase): [StartPhase, number][] => {
    const mark = performance.getEntriesByName(phase, 'mark').at(-1)
    if (mark === undefined) return []
    const took = mark.startTime - before
    before = mark.startTime
    return [[phase, took]]
  })
}

export const recordStart = (instruments: Instruments): void => {
  for (const [phase, milliseconds] of durations()) {
    instruments.startPhase.record(milliseconds / 1000, { phase })
  }
}

/** Adds to the header Server-Timing of the first prediction what the start before it took. */
export const tellStart = (fetch: Fetch): Fetch => {
  let isTold = false
  return (request) => (isTold ? fetch(request) : first(request))

  async function first(request: Request): Promise<Response> {
    const response = await fetch(request)
    if (isTold || request.method !== 'POST' || !response.ok) return response
    isTold = true
    const timings = durations().map(([phase, took]) => `start-${phase};dur=${took.toFixed(0)}`)
    response.headers.append('server-timing', timings.join(', '))
    return response
  }
}
