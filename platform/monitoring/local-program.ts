import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'

const LAST_LINES = 5
const STOP_MS = 20_000

/** Throws DeliveryError when something listens on this port of this machine. */
export const checkPort = async (
  port: number,
  setting: 'PROMETHEUS_PORT' | 'ALERTMANAGER_PORT',
): Promise<void> => {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE') throw new DeliveryError(`Port ${port} cannot be used (${code}).`)
    throw new DeliveryError(
      `Port ${port} is taken, perhaps by one that the system started itself. Stop what uses it, or choose another: ${setting}=${port + 1} make monitoring`,
    )
  }
  server.close()
  await once(server, 'close')
}

export type LocalProgram = {
  /** Rejects with its last words when it ends by itself; never resolves. */
  readonly failed: Promise<never>
  /** Ends it as it likes to end, and by force after 20 s. */
  stop(): Promise<void>
}

/** Starts a program that writes its log to `<name>.log` in this folder. */
export const startProgram = (
  name: string,
  file: string,
  args: readonly string[],
  folder: string,
): LocalProgram => {
  const log = path.join(folder, `${name}.log`)
  const descriptor = openSync(log, 'w')
  const child = spawn(file, args, { stdio: ['ignore', descriptor, descriptor] })
  closeSync(descriptor)
  let isStopping = false
  const ended = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message))
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`))
  })
  const failed = ended.then((how) => {
    if (isStopping) return new Promise<never>(() => {})
    const words = readFileSync(log, 'utf8').trim().split('\n').slice(-LAST_LINES).join('\n  ')
    throw new DeliveryError(`${file} ${how}. Its last words (${log}):\n  ${words}`)
  })
  // Whoever waits for it hears of it; nobody need.
  failed.catch(() => {})
  return {
    failed,
    stop: async () => {
      isStopping = true
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(late)
    },
  }
}
