/**
 * What metrics, logs and traces cost: requests per second of one function under wrk, with each of them on,
 * against all of them off. All servers of a model are up at once and take turns in changing order, so that
 * what else this machine does meets all of them. Written to docs/LOAD_TEST.md.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { readModel } from '../platform/runtime/read-models.ts'
import { temporaryFolder } from '../platform/testing/temporary-folder.ts'
import { call } from '#platform/tools/local-request.ts'
import { table, writeSection } from './document.ts'
import type { Observed } from './observed-server.ts'
import { startSpanCounter } from './span-counter.ts'
import { load } from './wrk.ts'

const ROUNDS = Number(process.argv[2] ?? 7)
const SECONDS = Number(process.argv[3] ?? 10)
const CONNECTIONS = 8
/** As in platform/deploy/base/prometheus/prometheus.yaml. */
const SCRAPE_MS = 5_000
const MODELS = ['iris', 'sentiment']

type Variant = Omit<Observed, 'model'> & { name: string; sampler?: [string, string] }

const OFF = { metrics: false, logs: false, traces: false }
const VARIANTS: Variant[] = [
  { ...OFF, name: 'all off' },
  { ...OFF, name: 'metrics, scraped every 5 s', metrics: true },
  { ...OFF, name: 'logs at info, to a file', logs: true },
  { ...OFF, name: 'traces, 10 %', traces: true, sampler: ['traceidratio', '0.1'] },
  { ...OFF, name: 'traces, all', traces: true, sampler: ['always_on', ''] },
  { name: 'all on', metrics: true, logs: true, traces: true, sampler: ['always_on', ''] },
]

const receiver = await startSpanCounter()

const start = async (model: string, { sampler, ...variant }: Variant) => {
  const log = await open(path.join(temporaryFolder(), 'log'), 'w')
  const [name = '', share = ''] = sampler ?? []
  const env = {
    PATH: process.env['PATH'],
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_TRACES_SAMPLER: name,
    OTEL_TRACES_SAMPLER_ARG: share,
  }
  const main = path.join(import.meta.dirname, 'observed-server.ts')
  const child = spawn(process.execPath, [main, JSON.stringify({ model, ...variant })], {
    env,
    stdio: ['ignore', log.fd, 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the server of ${model}, ${variant.name}, did not start`)
  })
  const [port] = (await Promise.race([once(child, 'message'), ended])) as [number]
  // From now on its end is ours.
  ended.catch(() => {})
  await log.close()
  return { ...variant, port, end: () => child.kill() }
}

type Server = Awaited<ReturnType<typeof start>>

/** Load for some seconds, and what of its traces came. */
const measure = async ({ port, metrics, traces }: Server, model: string, body: unknown) => {
  const scrape = async (): Promise<void> => void (await call({ port, path: '/metrics' }))
  const timer = metrics ? setInterval(() => void scrape(), SCRAPE_MS) : undefined
  if (metrics) await scrape()
  receiver.forget()
  const seconds = SECONDS
  const measured = await load({ port, host: model, body, connections: CONNECTIONS, seconds })
  clearInterval(timer)
  const received = traces ? await receiver.count(`predict ${model}`) : 0
  return { ...measured, kept: received / (measured.rate * seconds) }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** The variants' measurements, by their order; each round begins with another one. */
const measureModel = async (model: string) => {
  const folder = path.resolve(import.meta.dirname, '../functions', model)
  const { definition } = await readModel(folder)
  const servers: Server[] = []
  try {
    for (const variant of VARIANTS) servers.push(await start(model, variant))
    for (const { port } of servers) {
      await load({ port, host: model, body: definition.example, connections: 8, seconds: 2 })
    }
    const rounds: Awaited<ReturnType<typeof measure>>[][] = []
    for (let round = 0; round < ROUNDS; round++) {
      const measured: (typeof rounds)[number] = []
      for (let turn = 0; turn < servers.length; turn++) {
        const index = (round + turn) % servers.length
        measured[index] = await measure(servers[index]!, model, definition.example)
      }
      rounds.push(measured)
      console.log(model, measured.map(({ rate }) => Math.round(rate)).join(' '))
    }
    return rounds
  } finally {
    for (const server of servers) server.end()
  }
}

const rows: (string | number)[][] = []
for (const model of MODELS) {
  const rounds = await measureModel(model)
  for (const [index, { name, traces }] of VARIANTS.entries()) {
    const own = rounds.map((round) => round[index]!)
    // Within a round: what slows the machine down slows both.
    const ratios = rounds.map((round) => round[index]!.rate / round[0]!.rate)
    const spread = [Math.min(...ratios), Math.max(...ratios)].map((one) => one.toFixed(2))
    rows.push([
      model,
      name,
      Math.round(median(own.map(({ rate }) => rate))),
      median(ratios).toFixed(2),
      spread.join(' to '),
      median(own.map(({ p50 }) => p50)).toFixed(1),
      median(own.map(({ p99 }) => p99)).toFixed(1),
      traces ? `${Math.round(median(own.map(({ kept }) => kept)) * 100)} %` : '',
      own.reduce((sum, { errors }) => sum + errors, 0),
    ])
  }
}
receiver.close()
const head = ['function', 'on', 'requests/s', 'of all off', 'in rounds', 'p50 ms', 'p99 ms']
const about =
  `${ROUNDS} rounds of ${SECONDS} s, ${CONNECTIONS} requests at once, ${availableParallelism()} cores ` +
  'for server, load and receiver together; medians.'
await writeSection(
  'observability',
  `${about}\n\n${table([...head, 'traces received', 'errors'], rows)}`,
)
