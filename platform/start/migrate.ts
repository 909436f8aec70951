import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseUnavailableError } from '#db/errors.ts'
import type { Config } from '#platform/config.ts'
import { StartError } from './start-error.ts'

/** Between two attempts. */
const PAUSE_MS = 500

/**
 * ROLE=migrate: brings the schema of DATABASE_URL up to date, waiting a while for a server that is not there yet.
 * Throws StartError when it cannot be used.
 */
export const migrate = async ({
  DATABASE_URL: url,
  MIGRATION_WAIT_SECONDS,
}: Config): Promise<void> => {
  const { openServerDatabase } = await import('#db/server-database.ts')
  const deadline = Date.now() + MIGRATION_WAIT_SECONDS * 1000
  for (;;) {
    try {
      const database = await openServerDatabase({ url, poolSize: 1, migrate: 'start' })
      return await database.close()
    } catch (thrown) {
      if (!(thrown instanceof DatabaseUnavailableError)) throw thrown
      if (!thrown.isNotThere || Date.now() > deadline) {
        throw new StartError(thrown.message, { cause: thrown })
      }
      await pause(PAUSE_MS)
    }
  }
}
