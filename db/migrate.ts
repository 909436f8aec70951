import path from 'node:path'
import { sql } from 'drizzle-orm'
import type { Handle } from './database.ts'

export const MIGRATIONS = path.join(import.meta.dirname, 'migrations')

/** Any number that no other program takes on this database: the letters "inlet". */
const LOCK = 0x696e6c6574

/**
 * Brings the schema up to date, one process at a time: Drizzle's migrator takes no lock itself.
 * `handle` must stand on a single connection, whose session holds the lock and loses it when it ends.
 */
export const migrateUnderLock = async (
  handle: Handle,
  migrate: (migrationsFolder: string) => Promise<void>,
): Promise<void> => {
  await handle.execute(sql`select pg_advisory_lock(${LOCK}::bigint)`)
  try {
    await migrate(MIGRATIONS)
  } finally {
    await handle.execute(sql`select pg_advisory_unlock(${LOCK}::bigint)`)
  }
}
