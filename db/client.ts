import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { DatabaseUnavailableError } from './errors.ts'
import type { PoolState } from './in-flight.ts'
import type * as schema from './schema.ts'

/** What queries are written on, whichever driver is below. */
export type Handle = PgDatabase<PgQueryResultHKT, typeof schema>

export type Database = {
  readonly kind: 'embedded' | 'server'
  readonly handle: Handle
  pool(): PoolState
  /** Lets queries that run end, then closes every connection and gives the folder back. */
  close(): Promise<void>
}

export type DatabaseOptions = {
  /** postgres://…; empty takes the embedded database. */
  url: string
  /** Folder of the embedded database; made when absent. */
  directory: string
  /** Connections to the server; the embedded database has one. */
  poolSize: number
  /** `start` brings the schema up to date and so needs the database now; `never` connects when first used. */
  migrate: 'start' | 'never'
  /** Where this process answers, shown to a second one on the same folder. */
  address: string
}

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

/** The rows of `handle.execute()`: postgres.js gives an array, PGlite an object around it. */
export const rowsOf = <Row>(result: unknown): Row[] =>
  Array.isArray(result) ? result : (result as { rows: Row[] }).rows
