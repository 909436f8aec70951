import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRecorder } from '#platform/runtime/recorder/recorder.ts'
import { openDatabase } from './client.ts'
import { rowsOf, type DatabaseOptions } from './database.ts'
import { describeDatabase } from './contract.ts'
import { DatabaseUnavailableError } from './errors.ts'
import { findPrediction, listPredictions } from './history.ts'
import { createPredictionSink } from './prediction-sink.ts'
import { recordWith } from './testing/records.ts'
import { startPostgresServer, type PostgresServer } from './testing/postgres-server.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgresServer()
})
afterAll(() => server.stop())

const open = (options: Partial<DatabaseOptions> = {}) =>
  openDatabase({
    url: server.url,
    directory: '',
    poolSize: 4,
    migrate: 'start',
    address: 'http://localhost',
    ...options,
  })

/** Runs statements on the server as its owner. */
const execute = async (...statements: string[]): Promise<void> => {
  const database = await open({ migrate: 'never' })
  for (const statement of statements) await database.handle.execute(sql.raw(statement))
  await database.close()
}

const urlWith = (change: (url: URL) => void): string => {
  const url = new URL(server.url)
  change(url)
  return url.href
}

describeDatabase('a PostgreSQL server', open)

describe('a PostgreSQL server', () => {
  it('is migrated once by four processes that start at the same time', async () => {
    await execute('create database migrated')
    const url = urlWith((address) => (address.pathname = '/migrated'))
    const databases = await Promise.all(Array.from({ length: 4 }, () => open({ url })))
    const [first] = databases
    const applied = await first?.handle.execute(sql`select hash from drizzle.__drizzle_migrations`)
    const hashes = rowsOf<{ hash: string }>(applied).map(({ hash }) => hash)
    expect(hashes.length).toBeGreaterThan(0)
    expect(new Set(hashes).size).toBe(hashes.length)
    for (const database of databases) {
      expect(await listPredictions(database, { limit: 1 })).toMatchObject({ predictions: [] })
      await database.close()
    }
  })

  it('tells how busy its pool is', async () => {
    const database = await open({ poolSize: 2, migrate: 'never' })
    expect(database.pool()).toEqual({ size: 2, inUse: 0, waiting: 0 })
    let end = () => {}
    const ended = new Promise<void>((resolve) => (end = resolve))
    const transactions = Array.from({ length: 3 }, () => database.handle.transaction(() => ended))
    expect(database.pool()).toEqual({ size: 2, inUse: 2, waiting: 1 })
    end()
    await Promise.all(transactions)
    expect(database.pool()).toEqual({ size: 2, inUse: 0, waiting: 0 })
    await database.close()
  })

  it('gets every record, also when its connections are cut', async () => {
    const database = await open()
    const sink = createPredictionSink(database)
    const events: string[] = []
    const onCount = ({ event }: { event: string }) => events.push(event)
    const recorder = createRecorder({ sink, capacity: 100, spill: null, onCount })
    const before = recordWith()
    expect(await recorder.recordAndWait(before, 10_000)).toBe(true)
    await execute(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'inlet' and pid <> pg_backend_pid()",
    )
    const after = recordWith()
    recorder.record(after)
    expect(await recorder.flush(10_000)).toEqual({ left: 0 })
    await recorder.close()
    expect(await findPrediction(database, before.id)).toMatchObject({ id: before.id })
    expect(await findPrediction(database, after.id)).toMatchObject({ id: after.id })
    expect(events).not.toContain('dropped')
    await database.close()
  })

  it('serves a role without the right to make tables when it does not migrate', async () => {
    await execute(
      'create role reader login',
      'grant select on all tables in schema public to reader',
    )
    const url = urlWith((address) => (address.username = 'reader'))
    const refused = await open({ url }).catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(DatabaseUnavailableError)
    expect((refused as Error).message).toMatch(/may not create tables.+MIGRATE=never.+\(42501\)/)
    const database = await open({ url, migrate: 'never' })
    expect(await findPrediction(database, uuidv7())).toBeNull()
    await database.close()
  })

  it('is named with its host when it has no such database', async () => {
    const url = urlWith((address) => (address.pathname = '/nowhere'))
    await expect(open({ url })).rejects.toThrow(
      /^The database "nowhere" at 127\.0\.0\.1:\d+ \(DATABASE_URL\) cannot be used: it has no database of this name \(3D000\)\.$/,
    )
  })
})
