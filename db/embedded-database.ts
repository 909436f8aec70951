import { existsSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import type { Database, DatabaseOptions } from './database.ts'
import { DirectoryInUseError, lockDirectory } from '#platform/directory-lock.ts'
import { codeOf, DatabaseUnavailableError } from './errors.ts'
import { createInFlightCounter } from './in-flight.ts'
import { migrateUnderLock } from './migrate.ts'
import * as schema from './schema.ts'

/**
 * Postgres within this process, kept in `directory`/postgres.
 * Throws DirectoryInUseError, and DatabaseUnavailableError when the folder cannot be opened.
 */
export const openEmbeddedDatabase = async (
  options: Pick<DatabaseOptions, 'directory' | 'migrate' | 'address'>,
): Promise<Database> => {
  const { directory, address } = options
  const lock = lockFolder(directory, address)
  try {
    const client = await openFolder(directory)
    const counter = createInFlightCounter(1)
    const handle = drizzle(counter.track(client, ['query', 'transaction']), { schema })
    if (options.migrate === 'start') {
      await migrateUnderLock(handle, (migrationsFolder) => migrate(handle, { migrationsFolder }))
    }
    // Nobody collects statistics here, and without them the planner sorts all rows of a version that the index
    // holds in order.
    await handle.execute(sql`set enable_bitmapscan = off`)
    return {
      kind: 'embedded',
      handle,
      pool: counter.pool,
      close: async () => {
        await client.close()
        lock.release()
      },
    }
  } catch (thrown) {
    lock.release()
    throw new DatabaseUnavailableError(
      `The embedded database in ${directory} cannot be opened (${codeOf(thrown)}): ` +
        'move the folder away to start an empty one, or restore it from a backup.',
      { cause: thrown },
    )
  }
}

const lockFolder = (directory: string, address: string) => {
  try {
    return lockDirectory(directory, address)
  } catch (thrown) {
    if (thrown instanceof DirectoryInUseError) throw thrown
    throw new DatabaseUnavailableError(
      `The data folder ${directory} cannot be written (${codeOf(thrown)}): ` +
        'give it to this user, or set DATA_DIRECTORY to another folder.',
      { cause: thrown },
    )
  }
}

/**
 * A new database is made beside its place and moved there when it is complete: PGlite cannot open what a
 * process killed within those seconds leaves behind.
 */
const openFolder = async (directory: string): Promise<PGlite> => {
  const folder = path.join(directory, 'postgres')
  if (!existsSync(folder)) {
    const unfinished = path.join(directory, 'postgres.unfinished')
    rmSync(unfinished, { recursive: true, force: true })
    const client = await PGlite.create(unfinished)
    await client.close()
    renameSync(unfinished, folder)
  }
  return PGlite.create(folder)
}
