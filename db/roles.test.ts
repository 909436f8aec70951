import { readFileSync } from 'node:fs'
import path from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from './client.ts'
import type { Database } from './database.ts'
import { DatabaseError } from './errors.ts'
import { giveFeedback, type Feedback } from './feedback.ts'
import { deletePrediction, findPrediction } from './history.ts'
import { createPredictionSink } from './prediction-sink.ts'
import { encodedRecordWith } from './testing/records.ts'
import { startPostgresServer } from './testing/postgres-server.ts'

const DEPLOY = path.resolve(import.meta.dirname, '../platform/deploy')
const FEEDBACK: Feedback = { instances: [{ correct: true }] }

/** The statements of a script for psql, with a password of 'x' for its variables. */
const statementsOf = (file: string): string[] =>
  readFileSync(path.join(DEPLOY, file), 'utf8')
    .replaceAll(/^(?:\\|--).*$/gm, '')
    .replaceAll(/:'\w+'/g, "'x'")
    .split(';')
    .filter((statement) => statement.trim() !== '')

const server = await startPostgresServer()
const open = (user: string, database = 'inlet', migrate: 'start' | 'never' = 'never') => {
  const url = new URL(server.url)
  url.username = user
  url.pathname = `/${database}`
  return openDatabase({ url: url.href, directory: '', poolSize: 1, migrate, address: '' })
}
const run = async ({ handle, close }: Database, statements: string[]): Promise<void> => {
  for (const statement of statements) await handle.execute(sql.raw(statement))
  await close()
}

let asFunction: Database
let asGateway: Database

beforeAll(async () => {
  await run(await open('inlet', 'postgres'), [
    'create role postgres superuser login',
    'create database inlet',
  ])
  await run(await open('inlet'), statementsOf('base/postgres/roles.sql'))
  const asOwner = await open('inlet_owner', 'inlet', 'start')
  await run(asOwner, statementsOf('migrate/grants.sql'))
  asFunction = await open('inlet_function')
  asGateway = await open('inlet_gateway')
})
afterAll(async () => {
  await asFunction.close()
  await asGateway.close()
  await server.stop()
})

const write = async (): Promise<string> => {
  const record = encodedRecordWith()
  await createPredictionSink(asFunction).write([record])
  return record.id
}

test('the gateway may give feedback, and take a prediction and its feedback away', async () => {
  const id = await write()
  expect(await giveFeedback(asGateway, id, FEEDBACK)).toBeInstanceOf(Date)
  expect(await findPrediction(asGateway, id)).toMatchObject({ feedback: FEEDBACK })
  expect(await deletePrediction(asGateway, id)).toBe(true)
})

test('a function may not', async () => {
  const id = await write()
  await expect(giveFeedback(asFunction, id, FEEDBACK)).rejects.toThrow(new DatabaseError('42501'))
})

test.each([
  ['a function', 'add to the history', 'insert into prediction_feedback (value) values (null)'],
  ['the gateway', 'change the history', 'update prediction_feedback set value = null'],
  ['the gateway', 'delete of the history', 'delete from prediction_feedback'],
  ['the gateway', 'change what was predicted', "update predictions set output_data = '1'"],
])('%s may not %s', async (who, _, statement) => {
  const { handle } = who === 'a function' ? asFunction : asGateway
  const refused = handle.execute(sql.raw(statement))
  await expect(refused).rejects.toMatchObject({ cause: { code: '42501' } })
})
