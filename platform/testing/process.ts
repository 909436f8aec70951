import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { testEnvironment } from './environment.ts'

const MAIN = path.resolve(import.meta.dirname, '../start/main.js')

/** Inlet as a process of its own, as a person starts it. */
export const startTestProcess = (environment: Record<string, string> = {}, main: string = MAIN) => {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      ...testEnvironment({ LOG_LEVEL: 'info', ...environment }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const listening = new Promise<number>((resolve) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      // The first screen of ROLE=all, or the log line of a single part.
      const [, shown, logged] =
        /ready at http:\/\/localhost:(\d+)|"port":(\d+),"msg":"listening"/.exec(output) ?? []
      const port = shown ?? logged
      if (port !== undefined) resolve(Number(port))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return {
    child,
    /** Exit code. */
    ended,
    /** What it printed so far. */
    output: () => output,
    /** The port, or null when the process ended before it listened. */
    port: () => Promise.race([listening, ended.then(() => null)]),
  }
}
