/**
 * Does what README.md says, in a fresh clone of what is committed: every `$ command` of its console blocks,
 * in order. Fails when an answer differs from the one shown; with --write it writes the answers instead.
 * PORT and METRICS_PORT are used where the README says 8080, so it runs beside another Inlet.
 */
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { temporaryFolder } from '../platform/testing/temporary-folder.ts'

const root = path.resolve(import.meta.dirname, '..')
const readme = path.join(root, 'README.md')
const shouldWrite = process.argv.includes('--write')

/** Differ from run to run. */
const VOLATILE = new Set(['prediction_id', 'processing_time_ms', 'request_id', 'created_at'])
/** Models answer alike on every processor to this much. */
const TOLERANCE = 0.01

const alike = (shown: unknown, actual: unknown): boolean => {
  if (typeof shown === 'number' && typeof actual === 'number') {
    return Math.abs(shown - actual) <= TOLERANCE
  }
  if (
    typeof shown !== 'object' ||
    shown === null ||
    typeof actual !== 'object' ||
    actual === null
  ) {
    return shown === actual
  }
  const keys = [...new Set([...Object.keys(shown), ...Object.keys(actual)])]
  return keys.every(
    (key) => VOLATILE.has(key) || alike(shown[key as keyof object], actual[key as keyof object]),
  )
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text.trim()
  }
}

const freePort = (): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(String(port)))
    })
  })

const clone = path.join(temporaryFolder(), 'inlet')
execFileSync('git', ['clone', '--quiet', root, clone])
const port = await freePort()
const environment = { ...process.env, PORT: port, METRICS_PORT: await freePort() }

const start = Date.now()
const server = spawn('make', ['run'], { cwd: clone, env: environment, detached: true })
let output = ''
const ready = new Promise<void>((resolve, reject) => {
  const read = (chunk: Buffer): void => {
    output += chunk.toString()
    if (output.includes(`Inlet is ready at http://localhost:${port}`)) resolve()
  }
  server.stdout.on('data', read)
  server.stderr.on('data', read)
  server.on('exit', (code) => reject(new Error(`make run ended with ${code}:\n${output}`)))
})

let text = readFileSync(readme, 'utf8')
let passed = 0
const failures: string[] = []
try {
  await ready
  console.log(`make run: ready after ${((Date.now() - start) / 1000).toFixed(1)} s`)
  for (const [block, body] of text.matchAll(/^```console\n([^]*?)^```$/gm)) {
    const steps = [...body!.matchAll(/^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)/gm)]
    let rewritten = block
    for (const [step, command, shown] of steps) {
      const actual = execFileSync('bash', ['-c', command!.replaceAll('8080', port)], {
        cwd: clone,
        env: environment,
        encoding: 'utf8',
      }).replaceAll(port, '8080')
      rewritten = rewritten.replace(step, () => `$ ${command}\n${actual.trimEnd()}\n`)
      if (alike(parsed(shown!), parsed(actual))) passed += 1
      else failures.push(`$ ${command}\nREADME: ${shown}answer: ${actual}`)
    }
    text = text.replace(block, () => rewritten)
  }
} finally {
  if (server.exitCode === null) process.kill(-server.pid!, 'SIGTERM')
}
if (shouldWrite) writeFileSync(readme, text)
else for (const failure of failures) console.error(failure)
console.log(`${passed} passed, ${failures.length} failed`)
process.exitCode = shouldWrite || (failures.length === 0 && passed > 0) ? 0 : 1
