import type { RequestSpan, SpanLink } from '#observability/tracing.ts'
import { collate, rowCount, split } from './collate.ts'
import { InletError } from './errors.ts'
import type { Tensors } from './tensors.ts'
import { traceRun } from './trace-run.ts'

export type BatchOutcome = {
  /** `outputs[i]` belongs to `instances[i]`. */
  outputs: Tensors[]
  /** Milliseconds in the model; a shared run counts whole for each request in it. */
  inferMs: number
  /** When the last run ended, of `performance.now()`. */
  endedAt: number
  /** The spans of runs that were shared with others. */
  runs: readonly SpanLink[]
}

/** Who waits for a job; all of it may be left out. */
export type Waiting = {
  /** Says, before a run, that nobody waits for the answer any more. */
  isAbandoned?: (() => boolean) | undefined
  /** Called at the start of the first run, with its time of `performance.now()`. */
  began?: (at: number) => void
  span?: RequestSpan | null
}

export type Batcher = {
  /**
   * Rejects with `overloaded` at once when too much waits, with `inference_failed`, and with
   * `cancelled` when `isAbandoned` says so.
   */
  run(instances: readonly Tensors[], waiting?: Waiting): Promise<BatchOutcome>
  /** Rows that wait or run. */
  readonly pending: number
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>
}

type Job = {
  instances: readonly Tensors[]
  /** Indexes into `instances`, longest first, so that batches hold rows of like length. */
  order: number[]
  outputs: Tensors[]
  missing: number
  failed: boolean
  /** Rows that it counts against the queue. */
  share: number
  waiting: Waiting
  hasBegun: boolean
  inferMs: number
  runs: SpanLink[]
  resolve: (outcome: BatchOutcome) => void
  reject: (reason: InletError) => void
}

type Piece = { job: Job; index: number; rows: number }

const spansOf = (jobs: ReadonlySet<Job>): (RequestSpan | null)[] =>
  [...jobs].map(({ waiting }) => waiting.span ?? null)

const elements = (instance: Tensors): number =>
  Object.values(instance).reduce((sum, { data }) => sum + data.length, 0)

/**
 * Elements of a padded batch: some 2,000 tokens with their mask, a third of a second of a small encoder on
 * one processor. What is shorter than half of the longest goes into a batch of its own.
 */
const MOST_ELEMENTS = 4_096
const LEAST_LIKENESS = 0.5
/** Rows that one request counts against the queue at most: a long document alone must not fill it. */
const LARGEST_SHARE = 64

/**
 * Runs one batch at a time and adds no wait: an idle model takes what is there, a busy one lets rows
 * gather. Jobs take turns and batches hold rows of like length, so that a long document holds up a short
 * sentence for one bounded batch only.
 */
export const createBatcher = (options: {
  execute: (inputs: Tensors) => Promise<Tensors>
  /** Rows in one run. */
  maxBatch: number
  /** When false, each instance runs alone. */
  batchable: boolean
  /** Rows that may wait before new requests are turned away. */
  maxQueue: number
  onBatch?: (rows: number) => void
}): Batcher => {
  const { execute, batchable, maxQueue, onBatch } = options
  const maxBatch = batchable ? options.maxBatch : 1
  let jobs: Job[] = []
  let pending = 0
  let load = 0
  let running = false
  const whenIdle: (() => void)[] = []

  const nextBatch = (): Piece[] => {
    const pieces: Piece[] = []
    let rows = 0
    let longest = 0
    while (jobs.length > 0) {
      const job = jobs[0]!
      if (job.waiting.isAbandoned?.() === true) {
        leave(job)
        job.reject(new InletError('cancelled'))
        continue
      }
      const index = job.order[0]!
      const instance = job.instances[index]!
      const size = rowCount(instance)
      const width = elements(instance) / size
      const widest = Math.max(longest, width)
      const isAlike =
        width >= widest * LEAST_LIKENESS && (longest === 0 || longest >= width * LEAST_LIKENESS)
      const fits = rows + size <= maxBatch && (rows + size) * widest <= MOST_ELEMENTS
      if (pieces.length > 0 && !(isAlike && fits)) break
      pieces.push({ job, index, rows: size })
      rows += size
      longest = widest
      job.order.shift()
      jobs.shift()
      if (job.order.length > 0) jobs.push(job)
    }
    return pieces
  }

  /** Takes a job that will not be finished out of the queue. */
  const leave = (job: Job): void => {
    job.failed = true
    jobs = jobs.filter((other) => other !== job)
    for (const index of job.order) pending -= rowCount(job.instances[index]!)
    load -= job.share
  }

  const fail = (job: Job, thrown: unknown): void => {
    leave(job)
    job.reject(new InletError('inference_failed', { cause: thrown }))
  }

  const begin = (job: Job, at: number): void => {
    job.hasBegun = true
    job.waiting.began?.(at)
  }

  const runPieces = async (pieces: readonly Piece[]): Promise<void> => {
    const startedAt = performance.now()
    for (const { job } of pieces) if (!job.hasBegun) begin(job, startedAt)
    const rows = pieces.map((piece) => piece.rows)
    const inputs = collate(pieces.map(({ job, index }) => job.instances[index]!))
    const outputs = split(await execute(inputs), rows)
    const endedAt = performance.now()
    const total = rows.reduce((sum, one) => sum + one, 0)
    pending -= total
    onBatch?.(total)
    const together = new Set(pieces.map((piece) => piece.job))
    const run = together.size > 1 ? traceRun(spansOf(together), total, startedAt, endedAt) : null
    for (const job of together) {
      job.inferMs += endedAt - startedAt
      if (run !== null) job.runs.push(run)
    }
    for (const [position, { job, index }] of pieces.entries()) {
      job.outputs[index] = outputs[position]!
      job.missing--
      if (job.missing > 0 || job.failed) continue
      load -= job.share
      job.resolve({ outputs: job.outputs, inferMs: job.inferMs, endedAt, runs: job.runs })
    }
  }

  /** A batch that fails is run again piece by piece, so that one bad request costs no other its answer. */
  const runBatch = async (pieces: readonly Piece[]): Promise<void> => {
    try {
      await runPieces(pieces)
    } catch (thrown) {
      if (pieces.length > 1) return runApart(pieces)
      const [{ job, rows }] = pieces as [Piece]
      pending -= rows
      fail(job, thrown)
    }
  }

  const runApart = async (pieces: readonly Piece[]): Promise<void> => {
    let left = pieces
    while (left.length > 0) {
      const [piece, ...rest] = left as [Piece, ...Piece[]]
      left = rest
      await runBatch([piece])
      if (!piece.job.failed) continue
      for (const { job, rows } of rest) if (job === piece.job) pending -= rows
      left = rest.filter(({ job }) => job !== piece.job)
    }
  }

  const pump = async (): Promise<void> => {
    if (running) return
    running = true
    while (jobs.length > 0) {
      const pieces = nextBatch()
      if (pieces.length > 0) await runBatch(pieces)
    }
    running = false
    for (const resolve of whenIdle.splice(0)) resolve()
  }

  return {
    get pending() {
      return pending
    },
    idle: () => (running ? new Promise((resolve) => whenIdle.push(resolve)) : Promise.resolve()),
    run: (instances, waiting = {}) => {
      const rows = instances.reduce((sum, instance) => sum + rowCount(instance), 0)
      if (rows === 0) {
        const endedAt = performance.now()
        waiting.began?.(endedAt)
        return Promise.resolve({ outputs: [], inferMs: 0, endedAt, runs: [] })
      }
      const share = Math.min(rows, LARGEST_SHARE)
      // An idle model takes a request of any size: only its own schema bounds it.
      if (load > 0 && load + share > maxQueue) return Promise.reject(new InletError('overloaded'))
      pending += rows
      load += share
      return new Promise((resolve, reject) => {
        const order = instances.map((_, index) => index)
        if (instances.length > 1) {
          order.sort((a, b) => elements(instances[b]!) - elements(instances[a]!))
        }
        jobs.push({
          instances,
          order,
          outputs: [],
          missing: instances.length,
          failed: false,
          share,
          waiting,
          hasBegun: false,
          inferMs: 0,
          runs: [],
          resolve,
          reject,
        })
        void pump()
      })
    },
  }
}
