/** `make status`: models, versions, traffic, rates, times, drift and alerts on one screen; `--watch` draws it anew. */
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { readStatusConfig, wantsColour } from '#platform/config.ts'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'
import { runTool } from '#platform/delivery/run-tool.ts'
import { createStatusReader } from './read-status.ts'
import { coloured, plain, statusScreen } from './status-screen.ts'

const PAUSE_MS = 2_000
/** Cursor to the corner, and everything after it away. */
const CLEAR = '\u001B[H\u001B[J'

await runTool(async () => {
  const words = process.argv.slice(2)
  const isWatching = words.includes('--watch')
  if (words.some((word) => word !== '--watch')) {
    throw new DeliveryError('Called as: npm run status [-- --watch]')
  }
  const config = readStatusConfig()
  const paint = wantsColour(process.stdout.isTTY) ? coloured : plain
  const read = createStatusReader(config)
  if (!isWatching) {
    const status = await read()
    console.log(statusScreen(status, new Date(), paint))
    if (status.problem !== null) process.exitCode = 1
    return
  }
  const draw = async (): Promise<string> => statusScreen(await read(), new Date(), paint)
  const stopping = new AbortController()
  void Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(() => {
    stopping.abort()
  })
  while (!stopping.signal.aborted) {
    // A gateway that is away for a moment comes back.
    const screen = await draw().catch((thrown: unknown) => {
      if (thrown instanceof DeliveryError) return `${thrown.message}\n`
      throw thrown
    })
    console.log((process.stdout.isTTY ? CLEAR : '') + screen)
    await pause(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => {})
  }
})
