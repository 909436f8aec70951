import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import type { Database, DatabaseOptions } from './database.ts'
import { codeOf, DatabaseUnavailableError } from './errors.ts'
import { createInFlightCounter } from './in-flight.ts'
import { migrateUnderLock } from './migrate.ts'
import * as schema from './schema.ts'

/** Seconds; a server that is away shall be noticed well before a recorder's next attempt. */
const CONNECT_TIMEOUT = 5
/** Seconds that queries may take to end when the pool closes, when all that callers wait for is done. */
const CLOSE_TIMEOUT = 2

/**
 * A pool of connections to a Postgres server.
 * Throws DatabaseUnavailableError when the address cannot be read, or when migrating fails.
 */
export const openServerDatabase = async (
  options: Pick<DatabaseOptions, 'url' | 'poolSize' | 'migrate'>,
): Promise<Database> => {
  const { url, poolSize } = options
  if (options.migrate === 'start') await migrateServer(url)
  const client = connect(url, poolSize)
  const counter = createInFlightCounter(poolSize)
  return {
    kind: 'server',
    handle: drizzle(counter.track(client, ['unsafe', 'begin']), { schema }),
    pool: counter.pool,
    close: () => client.end({ timeout: CLOSE_TIMEOUT }),
  }
}

const connect = (url: string, connections: number): postgres.Sql => {
  try {
    return postgres(url, {
      max: connections,
      connect_timeout: CONNECT_TIMEOUT,
      // The recorder has a back-off of its own; the driver's would keep a returned server waiting up to 20 s.
      backoff: () => 0,
      fetch_types: false,
      onnotice: () => {},
      connection: { application_name: 'inlet' },
    })
  } catch {
    throw unreadable()
  }
}

const unreadable = () =>
  new DatabaseUnavailableError(
    'DATABASE_URL cannot be read: it must look like postgres://user:password@host:5432/database, ' +
      'with special characters of the password percent-encoded.',
  )

const migrateServer = async (url: string): Promise<void> => {
  // A single connection, whose session holds the lock.
  const client = connect(url, 1)
  try {
    const handle = drizzle(client, { schema })
    await migrateUnderLock(handle, (migrationsFolder) => migrate(handle, { migrationsFolder }))
  } catch (thrown) {
    const code = codeOf(thrown)
    throw new DatabaseUnavailableError(describeFailure(client, code), { code })
  } finally {
    await client.end({ timeout: CLOSE_TIMEOUT })
  }
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing accepts connections there',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up now',
  ETIMEDOUT: 'it does not answer',
  CONNECT_TIMEOUT: 'it does not answer',
  '28P01': 'it refuses this user name or password',
  '28000': 'it refuses this user',
  '3D000': 'it has no database of this name',
  '42501': 'this user may not create tables: migrate as another user and set MIGRATE=never',
  '53300': 'it has no connection left',
}

const describeFailure = ({ options }: postgres.Sql, code: string): string => {
  const place = `${options.host.join(',')}:${options.port.join(',')}`
  const reason = REASONS[code] ?? 'it answers with an error'
  return `The database "${options.database}" at ${place} (DATABASE_URL) cannot be used: ${reason} (${code}).`
}
