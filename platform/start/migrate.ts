import { DatabaseUnavailableError } from '#db/errors.ts'
import type { Config } from '#platform/config.ts'
import { StartError } from './start-error.ts'

/** ROLE=migrate: brings the schema of DATABASE_URL up to date. Throws StartError when it cannot be used. */
export const migrate = async ({ DATABASE_URL }: Config): Promise<void> => {
  const { openServerDatabase } = await import('#db/server-database.ts')
  try {
    const database = await openServerDatabase({ url: DATABASE_URL, poolSize: 1, migrate: 'start' })
    await database.close()
  } catch (thrown) {
    if (!(thrown instanceof DatabaseUnavailableError)) throw thrown
    throw new StartError(thrown.message, { cause: thrown })
  }
}
