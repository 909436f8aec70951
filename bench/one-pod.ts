/**
 * What one pod of each function can do: its image in a container with one processor, beside a Postgres, under
 * wrk from this machine. The values of functions/<model>/service.yaml stand on this table. Written to
 * docs/LOAD_TEST.md.
 */
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runProgram } from '#platform/tools/run-program.ts'
import { buildImages } from '#platform/deploy/images.ts'
import { readVersions } from '#platform/deploy/read-versions.ts'
import { modelFolders, readModel } from '../platform/runtime/read-models.ts'
import { call } from '#platform/tools/local-request.ts'
import { table, writeSection } from './document.ts'
import { load } from './wrk.ts'

const CONNECTIONS = [1, 4, 8, 16, 32]
const SECONDS = Number(process.argv[2] ?? 4)
const PORT = 18_097
const NETWORK = 'inlet-bench'
const PROCESSORS = 1

const docker = (...args: string[]): Promise<string> => runProgram('docker', args)

/** Asks until it answers 200; containers take a moment. */
const ready = async (): Promise<void> => {
  for (;;) {
    const answer = await call({ port: PORT, path: '/ready' }).catch(() => null)
    if (answer?.status === 200) return
    await delay(50)
  }
}

const megabytes = async (): Promise<number> => {
  const { text } = await call({ port: PORT, path: '/metrics' })
  const [, bytes = NaN] = /^process_resident_memory_bytes (\S+)$/m.exec(text) ?? []
  return Math.round(Number(bytes) / 2 ** 20)
}

const asEnvironment = (values: readonly string[]): string[] =>
  values.flatMap((value) => ['--env', value])

const { POSTGRES_IMAGE } = await readVersions()
const images = await buildImages()
const database = 'postgres://inlet:bench@inlet-bench-postgres:5432/inlet'
const secret = ['POSTGRES_USER=inlet', 'POSTGRES_PASSWORD=bench', 'POSTGRES_DB=inlet']
const common = ['--rm', '--network', NETWORK]
const postgres = ['--detach', '--name', 'inlet-bench-postgres', ...asEnvironment(secret)]
const migration = asEnvironment(['ROLE=migrate', `DATABASE_URL=${database}`])

/** Starts a function's container; resolves with its id. */
const start = (model: string, version: string): Promise<string> => {
  const settings = [
    `DATABASE_URL=${database}`,
    `MODEL_VERSION=${version}`,
    `INFERENCE_THREADS=${PROCESSORS}`,
  ]
  const limits = ['--detach', '--read-only', '--cpus', String(PROCESSORS)]
  const place = ['--publish', `127.0.0.1:${PORT}:8080`, ...asEnvironment(settings)]
  return docker('run', ...common, ...limits, ...place, images.get(model)!)
}

const measure = async (host: string, body: unknown): Promise<(string | number)[]> => {
  await ready()
  const idle = await megabytes()
  const target = { port: PORT, host, body }
  await load({ ...target, connections: 8, seconds: 2 })
  const cells: string[] = []
  for (const connections of CONNECTIONS) {
    const { rate, p50, p99, errors } = await load({ ...target, connections, seconds: SECONDS })
    const failed = errors === 0 ? '' : `, ${errors} errors`
    cells.push(`${Math.round(rate)} · ${p50.toFixed(1)} · ${p99.toFixed(1)}${failed}`)
  }
  return [...cells, idle, await megabytes()]
}

await docker('network', 'create', NETWORK)
try {
  await docker('run', ...common, ...postgres, POSTGRES_IMAGE)
  await docker('run', ...common, ...migration, images.get('gateway')!)
  const rows: (string | number)[][] = []
  const folder = path.resolve(import.meta.dirname, '../functions')
  for (const { card, definition } of await Promise.all(
    (await modelFolders(folder)).map(readModel),
  )) {
    for (const version of Object.keys(card.versions)) {
      const container = await start(card.name, version)
      try {
        const measured = await measure(card.name, definition.example)
        rows.push([`${card.name} ${version}`, ...measured])
        console.log(rows.at(-1)!.join(' | '))
      } finally {
        await docker('stop', container.trim())
      }
    }
  }
  const head = ['one pod', ...CONNECTIONS.map((one) => `${one} at once`), 'MB idle', 'MB after']
  await writeSection('one-pod', table(head, rows))
} finally {
  await docker('stop', 'inlet-bench-postgres')
  await docker('network', 'rm', NETWORK)
}
