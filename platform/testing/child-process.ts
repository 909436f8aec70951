import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type Child = {
  pid: number
  /** What it has printed so far. */
  lines: string[]
  /** Resolves when a line of its output fits; rejects when it ends without one. */
  line(fits: (line: string) => boolean): Promise<string>
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>
}

/** Runs a file in a process of its own. */
export const startChild = (file: string, ...parameters: string[]): Child => {
  const child = spawn(process.execPath, [file, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const output = createInterface(child.stdout).on('line', (line) => lines.push(line))
  const closed = once(child, 'close')
  return {
    pid: child.pid ?? 0,
    lines,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(fits)
          if (found !== undefined) resolve(found)
        }
        output.on('line', look)
        look()
        void closed.then(() => reject(new Error(`${file} ended after: ${lines.join('\n')}`)))
      }),
    kill: async () => {
      child.kill('SIGKILL')
      await closed
    },
  }
}
