import type { RecorderEvent } from '#observability/labels.ts'
import type { RequestSpan } from '#observability/tracing.ts'
import type { PredictionRecord } from '../prediction-record.ts'
import type { Recorder } from '../record.ts'
import { createQueue, type Entry } from './queue.ts'
import { createLinger } from './linger.ts'
import { encodeRecord, type EncodedRecord } from './encoded-record.ts'
import type { PredictionSink, WriteOutcome } from './sink.ts'
import type { Spill } from './spill.ts'
import { readSpill } from './read-spill.ts'
import { backOff, realTimers, withTimeLimit, type Timers } from './timing.ts'

export { openSpill } from './spill.ts'
export type { PredictionSink, WriteOutcome } from './sink.ts'

export type RecorderFailure = { during: 'encode' | 'write' | 'spill'; code: string; rows: number }

export type RecorderOptions = {
  sink: PredictionSink
  /** Rows that may wait in memory. */
  capacity: number
  /** Where rows go when the queue is full; null drops them. The recorder closes it. */
  spill: Spill | null
  onCount(count: { event: RecorderEvent; rows: number }): void
  /** For a log line: never holds a row's values. */
  onFailure?(failure: RecorderFailure): void
  /** Bytes, about, that may wait in memory. */
  capacityBytes?: number
  /** Milliseconds that rows may gather while nobody waits for them. */
  linger?: number
  timers?: Timers
  /** From 0 to 1, for jitter. */
  random?: () => number
}

export type PredictionRecorder = Recorder & {
  /** Rows in memory that are not committed yet. */
  readonly queued: number
  /** Writes what is in memory, then what is on the disk, for at most `milliseconds`; `left` rows are in memory then. */
  flush(milliseconds: number): Promise<{ left: number }>
  /** Stops, and puts what is left in memory on the disk; call `flush` before. */
  close(): Promise<void>
}

/** Milliseconds between attempts of a flush, which ends soon, and may be the last chance of its rows. */
const FLUSH_PAUSE = 1_000
/** Milliseconds after which a write counts as failed, for a server that stopped answering. */
const WRITE_LIMIT = 30_000
const CAPACITY_BYTES = 64 * 1024 * 1024

/** Takes records at once and writes them in the background, in batches, until they are committed. */
export const createRecorder = (options: RecorderOptions): PredictionRecorder => {
  const { sink, spill, capacity, onCount } = options
  const { onFailure = () => {}, timers = realTimers, random = Math.random } = options
  const queue = createQueue({ rows: capacity, bytes: options.capacityBytes ?? CAPACITY_BYTES })
  let inFlight: Entry[] = []
  let spilling: Entry[] = []
  let spillTask: Promise<void> | null = null
  let spillIsFull = false
  let isRunning = false
  let isClosed = false
  let flushes: (() => void)[] = []
  let endPause = () => {}
  const linger = createLinger(timers, options.linger ?? 0)

  const count = (event: RecorderEvent, rows: number) => {
    if (rows > 0) onCount({ event, rows })
  }
  const queued = () => queue.rows + inFlight.length + spilling.length
  const isDiskEmpty = () => spill === null || spill.isEmpty
  const failOnDisk = (thrown: unknown, rows: number) =>
    onFailure({ during: 'spill', code: codeOf(thrown), rows })
  const nextFromDisk = readSpill(spill, {
    onUnreadable: (rows) => count('dropped', rows),
    onFailure: (thrown) => failOnDisk(thrown, 0),
  })
  const drop = (entries: Entry[]) => {
    count('dropped', entries.length)
    for (const { settle } of entries) settle(false)
  }

  const accept = (
    record: PredictionRecord,
    span: RequestSpan | null,
    settle: Entry['settle'],
  ): void => {
    let encoded: EncodedRecord
    try {
      encoded = encodeRecord(record)
    } catch {
      onFailure({ during: 'encode', code: 'not_json', rows: 1 })
      count('dropped', 1)
      return settle(false)
    }
    const entry = { record: encoded, span, settle }
    if (isClosed || (queue.isFull && !makeRoom())) return drop([entry])
    count('queued', 1)
    queue.push(entry)
    if (queue.hasBatch) linger.hurry()
    start()
  }

  /** Begins to move the whole queue to the disk; false when that is not possible now. */
  const makeRoom = (): boolean => {
    if (spill === null || spillTask !== null || spillIsFull) return false
    spilling = queue.takeAll()
    spillTask = putOnDisk(spill, spilling).then((rest) => {
      spillIsFull = rest.length > 0
      spilling = []
      spillTask = null
      queue.putBack(rest)
      start()
    })
    return true
  }

  /** Resolves to those that found no room. */
  const putOnDisk = async (disk: Spill, entries: Entry[]): Promise<Entry[]> => {
    let kept = 0
    try {
      kept = await disk.append(entries.map(({ record }) => record))
    } catch (thrown) {
      failOnDisk(thrown, entries.length)
    }
    count('spilled', kept)
    for (const { settle } of entries.slice(0, kept)) settle(false)
    return entries.slice(kept)
  }

  const start = (): void => {
    if (isRunning || isClosed) return
    isRunning = true
    void work()
  }

  /** Batches of queue and disk in turn, so that neither waits for the other; in a flush memory goes first. */
  const work = async (): Promise<void> => {
    while (!isClosed) {
      const gathering = queue.hasBatch ? null : linger.wait()
      if (gathering !== null) await gathering
      inFlight = queue.takeBatch()
      if (inFlight.length > 0 && !(await deliver(inFlight, false))) return
      inFlight = []
      if (queued() === 0 && isDiskEmpty()) {
        for (const done of flushes) done()
      }
      if (!isDiskEmpty() && (flushes.length === 0 || queue.rows === 0)) {
        const fromDisk = await nextFromDisk()
        if (fromDisk.length > 0 && !(await deliver(fromDisk, true))) return
      } else if (queue.rows === 0) {
        break
      }
    }
    isRunning = false
  }

  /** Tries until it succeeds; false when the recorder was closed before. */
  const deliver = async (batch: Entry[], mayBeThere: boolean): Promise<boolean> => {
    const records = batch.map(({ record }) => record)
    const requests = batch.flatMap(({ span }) => span ?? [])
    for (let attempt = 0; ; attempt += 1) {
      try {
        const outcome = await withTimeLimit(timers, WRITE_LIMIT, () =>
          sink.write(records, requests),
        )
        if (isClosed) return false
        settleBatch(batch, outcome, mayBeThere || attempt > 0)
        return true
      } catch (thrown) {
        if (isClosed) return false
        onFailure({ during: 'write', code: codeOf(thrown), rows: batch.length })
        count('retried', batch.length)
        const milliseconds = backOff(attempt, random())
        await pause(flushes.length > 0 ? Math.min(milliseconds, FLUSH_PAUSE) : milliseconds)
        if (isClosed) return false
      }
    }
  }

  /** A conflict on a later delivery is the row itself: an earlier one was committed without our learning it. */
  const settleBatch = (batch: Entry[], outcome: WriteOutcome, isRedelivery: boolean): void => {
    const { written, conflicts, refused } = outcome
    spillIsFull = false
    count('written', written + (isRedelivery ? conflicts.length : 0))
    count('conflict', isRedelivery ? 0 : conflicts.length)
    count('refused', refused.length)
    for (const { code } of refused) onFailure({ during: 'write', code, rows: 1 })
    const failed = new Set(refused.map(({ id }) => id).concat(isRedelivery ? [] : conflicts))
    for (const { record, settle } of batch) settle(!failed.has(record.id))
  }

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = timers.after(milliseconds, resolve)
      endPause = () => {
        cancel()
        resolve()
      }
    })

  start()
  return {
    get queued() {
      return queued()
    },
    record: (record, span = null) => accept(record, span, () => {}),
    recordAndWait: (record, milliseconds, span = null) =>
      new Promise((resolve) => {
        const cancel = timers.after(milliseconds, () => resolve(false))
        accept(record, span, (committed) => {
          cancel()
          resolve(committed)
        })
        linger.hurry()
      }),
    flush: (milliseconds) =>
      new Promise((resolve) => {
        if (queued() === 0 && isDiskEmpty()) return resolve({ left: 0 })
        const done = () => {
          cancel()
          flushes = flushes.filter((other) => other !== done)
          resolve({ left: queued() })
          start()
        }
        const cancel = timers.after(milliseconds, done)
        flushes.push(done)
        endPause()
        linger.hurry()
        start()
      }),
    close: async () => {
      if (isClosed) return
      isClosed = true
      endPause()
      linger.hurry()
      await spillTask
      const left = [...inFlight, ...queue.takeAll()]
      inFlight = []
      drop(spill === null || left.length === 0 ? left : await putOnDisk(spill, left))
      for (const done of flushes) done()
      spill?.close()
    },
  }
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : 'unknown'
