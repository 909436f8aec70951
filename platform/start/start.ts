import { ConfigError, readConfig } from '#platform/config.ts'
import { serve, type Running } from './serve.ts'
import { endPhase } from './start-phases.ts'
import { StartError } from './start-error.ts'
import { welcome } from './welcome.ts'

/** Ends the process once what runs is finished, or when that takes longer than it may. */
const stopOnSignal = (running: Running, timeoutSeconds: number): void => {
  let stopping = false
  const stop = (signal: string): void => {
    if (stopping) return
    stopping = true
    running.logger.info({ signal }, 'stopping')
    const late = setTimeout(() => {
      running.logger.error({ timeout_seconds: timeoutSeconds }, 'did not stop in time')
      process.exit(1)
    }, timeoutSeconds * 1000)
    void running.close().then(() => {
      clearTimeout(late)
      process.exit(0)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** Starts what the settings ask for; a start that cannot succeed says why in plain words and ends with 1. */
export const start = async (): Promise<void> => {
  endPhase('code')
  try {
    const config = readConfig()
    if (config.ROLE === 'migrate') {
      const { migrate } = await import('./migrate.ts')
      await migrate(config)
      console.log('The database schema is up to date.')
      return
    }
    const running = await serve(config)
    stopOnSignal(running, config.STOP_TIMEOUT_SECONDS)
    if (config.ROLE === 'all') console.log(welcome(running))
    running.logger.info({ role: config.ROLE, ...running.address }, 'listening')
  } catch (thrown) {
    if (!(thrown instanceof StartError || thrown instanceof ConfigError)) throw thrown
    console.error(thrown.message)
    process.exit(1)
  }
}
