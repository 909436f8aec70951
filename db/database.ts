import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
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

/** The rows of `handle.execute()`: postgres.js gives an array, PGlite an object around it. */
export const rowsOf = <Row>(result: unknown): Row[] =>
  Array.isArray(result) ? result : (result as { rows: Row[] }).rows
