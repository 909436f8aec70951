import { v7 as uuidv7 } from 'uuid'
import { expect, vi } from 'vitest'
import type { PredictionRecord } from '../../prediction-record.ts'
import {
  createRecorder,
  type PredictionSink,
  type RecorderFailure,
  type RecorderOptions,
  type WriteOutcome,
} from '../recorder.ts'
import type { EncodedRecord } from '../encoded-record.ts'
import type { Timers } from '../timing.ts'

/** Looks until it holds; given up for what hangs only. */
export const soon = <Value>(look: () => Value | Promise<Value>): Promise<Value> =>
  vi.waitFor(look, 60_000)

/** A record whose request id is this name. */
export const recordNamed = (
  name: string,
  fields: Partial<PredictionRecord> = {},
): PredictionRecord => ({
  id: uuidv7(),
  model: 'iris',
  version: '1.0.0',
  revision: 'local',
  createdAt: new Date('2026-03-01T12:00:00.123Z'),
  input: { text: name },
  output: { label: 'positive' },
  confidence: 0.9,
  processingTimeMs: 1.5,
  status: 200,
  errorCode: null,
  requestId: name,
  traceId: null,
  ...fields,
})

/** Time that passes only by `advance`. */
export const createManualTimers = () => {
  let now = 0
  let waiting: { at: number; callback: () => void }[] = []
  const timers: Timers = {
    after: (milliseconds, callback) => {
      const timer = { at: now + milliseconds, callback }
      waiting.push(timer)
      return () => {
        waiting = waiting.filter((other) => other !== timer)
      }
    },
  }
  return {
    timers,
    /** Milliseconds until each timer, soonest first. */
    pending: () => waiting.map(({ at }) => at - now).toSorted((a, b) => a - b),
    advance: (milliseconds: number) => {
      now += milliseconds
      const due = waiting.filter(({ at }) => at <= now)
      waiting = waiting.filter(({ at }) => at > now)
      for (const { callback } of due) callback()
    },
  }
}

const codeError = (code: string) => Object.assign(new Error('The sink is away'), { code })

/** A sink in memory that can be away, hold its answer back, and refuse rows by name. */
export const createFakeSink = () => {
  const rows = new Map<string, EncodedRecord>()
  const batches: string[][] = []
  const refusedNames = new Set<string>()
  let held: (() => void)[] | null = null
  let isAway = false

  const write = async (records: EncodedRecord[]): Promise<WriteOutcome> => {
    batches.push(records.map(({ requestId }) => requestId ?? ''))
    if (held !== null) await new Promise<void>((resolve) => held?.push(resolve))
    if (isAway) throw codeError('ECONNREFUSED')
    const outcome: WriteOutcome = { written: 0, conflicts: [], refused: [] }
    for (const record of records) {
      if (refusedNames.has(record.requestId ?? '')) {
        outcome.refused.push({ id: record.id, code: '22P05' })
      } else if (rows.has(record.id)) {
        outcome.conflicts.push(record.id)
      } else {
        rows.set(record.id, record)
        outcome.written += 1
      }
    }
    return outcome
  }

  return {
    sink: { write } satisfies PredictionSink,
    /** Names in the order of each attempt to write. */
    batches,
    refusedNames,
    names: () => [...rows.values()].map(({ requestId }) => requestId),
    goAway: () => {
      isAway = true
    },
    comeBack: () => {
      isAway = false
    },
    /** From now on writes wait for `release`. */
    hold: () => {
      held = []
    },
    release: () => {
      const waiting = held ?? []
      held = null
      for (const resolve of waiting) resolve()
    },
  }
}

/** A recorder on a fake sink, in manual time and without chance, and what it counts and reports. */
export const createRecorderWithFakes = (options: Partial<RecorderOptions> = {}) => {
  const fake = createFakeSink()
  const { timers, pending, advance } = createManualTimers()
  const counts: Partial<Record<string, number>> = {}
  const failures: RecorderFailure[] = []
  const recorder = createRecorder({
    sink: fake.sink,
    capacity: 10_000,
    spill: null,
    onCount: ({ event, rows }) => {
      counts[event] = (counts[event] ?? 0) + rows
    },
    onFailure: (failure) => failures.push(failure),
    timers,
    random: () => 0,
    ...options,
  })
  const record = (...names: string[]) => {
    for (const name of names) recorder.record(recordNamed(name))
  }
  /** Resolves when nothing is left in memory. */
  const settled = () => soon(() => expect(recorder.queued).toBe(0))
  return { ...fake, pending, advance, counts, failures, recorder, record, settled }
}
