import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DirectoryInUseError } from '#platform/directory-lock.ts'
import { startChild } from '#platform/testing/child-process.ts'
import { openDatabase } from './client.ts'
import { rowsOf, type Database } from './database.ts'
import { DatabaseUnavailableError } from './errors.ts'

const WRITER = path.join(import.meta.dirname, 'testing/write-until-killed.ts')

let directory: string

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'inlet-embedded-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const open = (folder = directory) =>
  openDatabase({
    url: '',
    directory: folder,
    poolSize: 1,
    migrate: 'start',
    address: 'http://localhost',
  })

/** How many of these ids are found, when the planner may use only this way of looking. */
const countFound = async ({ handle }: Database, ids: string[], settings: string[]) => {
  for (const setting of settings) await handle.execute(sql.raw(`set ${setting}`))
  const query = sql`select count(*)::int as found from predictions where id = any(${`{${ids.join(',')}}`}::uuid[])`
  const plan = rowsOf<{ 'QUERY PLAN': string }>(await handle.execute(sql`explain ${query}`))
  const [row] = rowsOf<{ found: number }>(await handle.execute(query))
  await handle.execute(sql`reset all`)
  return { found: row?.found, plan: plan.map((line) => line['QUERY PLAN']).join('\n') }
}

describe('the embedded database', () => {
  it('has every acknowledged row after kill -9, by table scan and by index', async () => {
    // What a first start leaves that was killed while it made the database: it must not matter.
    mkdirSync(path.join(directory, 'postgres.unfinished'))
    writeFileSync(path.join(directory, 'postgres.unfinished', 'PG_VERSION'), '18')
    const writer = startChild(WRITER, directory)
    await writer.line(() => writer.lines.length >= 2_000)
    await writer.kill()
    const acknowledged = writer.lines.filter((line) => line.length === 36)
    const database = await open()
    await expect(open()).rejects.toThrow(DirectoryInUseError)
    const byScan = await countFound(database, acknowledged, [
      'enable_indexscan = off',
      'enable_indexonlyscan = off',
      'enable_bitmapscan = off',
    ])
    const byIndex = await countFound(database, acknowledged, ['enable_seqscan = off'])
    await database.close()
    expect(byScan).toEqual({
      found: acknowledged.length,
      plan: expect.stringContaining('Seq Scan on predictions'),
    })
    expect(byIndex).toEqual({
      found: acknowledged.length,
      plan: expect.stringContaining('predictions_pkey'),
    })
  })

  it('names a folder that it cannot open and gives it free', async () => {
    mkdirSync(path.join(directory, 'postgres'))
    writeFileSync(path.join(directory, 'postgres', 'PG_VERSION'), 'not a version')
    for (const _ of ['once', 'twice']) {
      const error = await open().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(DatabaseUnavailableError)
      expect((error as Error).message).toContain(directory)
    }
  })

  it('names a folder that cannot be made', async () => {
    const folder = path.join(directory, 'file')
    writeFileSync(folder, '')
    const error = await open(folder).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DatabaseUnavailableError)
    expect((error as Error).message).toBe(
      `The data folder ${folder} cannot be written (EEXIST): ` +
        'give it to this user, or set DATA_DIRECTORY to another folder.',
    )
  })
})
