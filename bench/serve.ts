/**
 * Loads /predict of every function at 1, 8 and 32 connections, and the bare server in the same run.
 * Prints a Markdown table; the ratio carries over to other machines, the figures do not.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { modelFolders, readModel } from '../platform/runtime/read-models.ts'
import { tagOf } from '../platform/runtime/model-card.ts'
import { startTestProcess } from '../platform/testing/process.ts'
import { load, type Measured } from './wrk.ts'

const CONNECTIONS = [1, 8, 32]
const SECONDS = Number(process.argv[2] ?? 5)
const BARE_PORT = 18_099

const root = path.resolve(import.meta.dirname, '..')
const iris = path.join(root, 'functions/iris/versions/1.0.0/model.onnx')

const row = (
  name: string,
  measured: readonly Measured[],
  limit: readonly Measured[] | null,
): string => {
  const rates = measured.map(({ rate }) => Math.round(rate).toLocaleString('en')).join(' / ')
  const p50 = measured.map((one) => one.p50.toFixed(1)).join(' / ')
  const p99 = measured.map((one) => one.p99.toFixed(1)).join(' / ')
  const errors = measured.reduce((sum, one) => sum + one.errors, 0)
  const ratio = limit
    ?.map(({ rate }, index) => (measured[index]!.rate / rate).toFixed(2))
    .join(' / ')
  return `| ${name} | ${rates} | ${p50} | ${p99} | ${errors} | ${ratio ?? ''} |`
}

const measure = async (port: number, host: string, body: unknown): Promise<Measured[]> => {
  const measured: Measured[] = []
  await load({ port, host, body, connections: 8, seconds: 1 })
  for (const connections of CONNECTIONS) {
    measured.push(await load({ port, host, body, connections, seconds: SECONDS }))
  }
  return measured
}

const bare = spawn(process.execPath, [
  path.join(root, 'bench/bare-server.ts'),
  iris,
  String(BARE_PORT),
])
await once(bare.stdout, 'data')
const server = startTestProcess({ LOG_LEVEL: 'warn' })
const port = (await server.port())!

console.log(
  '| function | requests/s at 1 / 8 / 32 | p50 ms | p99 ms | errors | of the bare server |',
)
console.log('|---|---|---|---|--:|---|')
const models = await Promise.all((await modelFolders(path.join(root, 'functions'))).map(readModel))
const limit = await measure(BARE_PORT, 'localhost', { features: [[5.1, 3.5, 1.4, 0.2]] })
console.log(row('bare server, iris', limit, null))
for (const { card, definition } of models) {
  for (const version of Object.keys(card.versions)) {
    const host = `${tagOf(version)}-${card.name}.localhost`
    const measured = await measure(port, host, definition.example)
    console.log(row(`${card.name} ${version}`, measured, card.name === 'iris' ? limit : null))
  }
}
server.child.kill('SIGTERM')
bare.kill('SIGTERM')
await server.ended
