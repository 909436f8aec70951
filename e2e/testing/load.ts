import { setTimeout } from 'node:timers/promises'
import { Pool } from 'undici'
import { PORT } from './target.ts'

export type LoadOptions = {
  /** Host header without `.localhost`; none is the gateway. */
  host?: string
  path: string
  body: unknown
  headers?: Record<string, string>
  /** Requests in progress at a time, each on a kept connection. */
  connections: number
  /** Requests per second at most; without it each answer is followed by the next request. */
  rate?: number
  port?: number
}

/** One answer, or the error that came instead of it (`status` 0). */
export type Sample = {
  /** Milliseconds since the load began. */
  at: number
  tookMs: number
  status: number
  version: string
  revision: string
  predictionId: string
  /** The code or text of an answer other than 200, or what broke the connection. */
  failure: string
}

export type Load = {
  /** Every answer so far, in the order of their ends. */
  readonly samples: readonly Sample[]
  /** Requests in progress now. */
  readonly inFlight: number
  /** More or fewer requests in progress from now on. */
  setConnections(connections: number): void
  /** No new requests; resolves with every answer when the last one is there. */
  stop(): Promise<readonly Sample[]>
}

/** Milliseconds for an answer: a wake-up and a restart fit, a hang does not. */
const TIMEOUT_MS = 60_000

const read = (text: string): { version: string; predictionId: string } => {
  try {
    const body = JSON.parse(text) as Record<string, string>
    // A function says model_version, the gateway version.
    const version = body['model_version'] ?? body['version'] ?? ''
    return { version, predictionId: body['prediction_id'] ?? '' }
  } catch {
    return { version: '', predictionId: '' }
  }
}

/** The code of a problem document; what a proxy answered otherwise. */
const problemIn = (text: string): string =>
  /"code":"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 100).trim()

/** Starts a load on one address that goes on until it is stopped. A failed request is a sample, never repeated. */
export const startLoad = (options: LoadOptions): Load => {
  const { host, path, headers = {}, port = PORT, rate } = options
  const body = JSON.stringify(options.body)
  const name = host === undefined ? 'localhost' : `${host}.localhost`
  const pool = new Pool(`http://127.0.0.1:${port}`, {
    // As many as there are requests in progress.
    connections: null,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  })
  const start = performance.now()
  const samples: Sample[] = []
  const workers = new Map<number, Promise<void>>()
  let wanted = 0
  let inFlight = 0
  let next = start

  const once = async (): Promise<void> => {
    const from = performance.now()
    inFlight += 1
    const sample = { status: 0, version: '', revision: '', predictionId: '', failure: '' }
    try {
      const answer = await pool.request({
        method: 'POST',
        path,
        headers: { host: `${name}:${port}`, 'content-type': 'application/json', ...headers },
        body,
      })
      const text = await answer.body.text()
      sample.status = answer.statusCode
      sample.revision = String(answer.headers['inlet-revision'] ?? '')
      if (answer.statusCode === 200) Object.assign(sample, read(text))
      else sample.failure = problemIn(text)
    } catch (thrown) {
      const { code, message } = thrown as NodeJS.ErrnoException
      sample.failure = `${code ?? 'error'}: ${message}`
    }
    inFlight -= 1
    const end = performance.now()
    samples.push({ ...sample, at: end - start, tookMs: end - from })
  }

  const work = async (index: number): Promise<void> => {
    while (index < wanted) {
      if (rate !== undefined) {
        const turn = Math.max(next, performance.now())
        next = turn + 1000 / rate
        await setTimeout(Math.max(0, turn - performance.now()))
        if (index >= wanted) return
      }
      await once()
      // A refused connection fails at once: without a pause the failures would be all this process does.
      if (samples.at(-1)!.status === 0) await setTimeout(50)
    }
  }

  const setConnections = (connections: number): void => {
    wanted = connections
    for (let index = 0; index < wanted; index += 1) {
      if (workers.has(index)) continue
      workers.set(
        index,
        work(index).finally(() => workers.delete(index)),
      )
    }
  }
  setConnections(options.connections)

  return {
    samples,
    get inFlight() {
      return inFlight
    },
    setConnections,
    stop: async () => {
      wanted = 0
      await Promise.all(workers.values())
      await pool.close()
      return samples
    },
  }
}
