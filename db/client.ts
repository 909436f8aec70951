import type { Database, DatabaseOptions } from './database.ts'
import { DatabaseUnavailableError } from './errors.ts'

/**
 * Opens the embedded database or a server's, loading only the driver that is needed.
 * Throws DirectoryInUseError when another process has the folder, and DatabaseUnavailableError, with a
 * sentence for people, when the database cannot be used.
 */
export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  if (options.url === '') {
    const { openEmbeddedDatabase } = await importEmbedded()
    return openEmbeddedDatabase(options)
  }
  const { openServerDatabase } = await import('./server-database.ts')
  return openServerDatabase(options)
}

/** Images leave the embedded database out: every pod would have one of its own. */
const importEmbedded = () =>
  import('./embedded-database.ts').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ERR_MODULE_NOT_FOUND') throw thrown
    throw new DatabaseUnavailableError(
      'This image has no embedded database: set DATABASE_URL to a Postgres server.',
    )
  })
