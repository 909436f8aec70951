import { readdir } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '#db/client.ts'
import type { Database } from '#db/database.ts'
import { findPrediction } from '#db/history.ts'
import { startPostgresServer, type PostgresServer } from '#db/testing/postgres-server.ts'
import { call } from '#platform/tools/local-request.ts'
import { freePort } from '../testing/free-port.ts'
import { startTestProcess } from '../testing/process.ts'
import { startSilentServer } from '../testing/silent-server.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'

let server: PostgresServer
let database: Database

beforeAll(async () => {
  server = await startPostgresServer()
  const address = 'http://localhost'
  const options = { url: server.url, directory: '', poolSize: 1, address }
  database = await openDatabase({ ...options, migrate: 'start' })
})
afterAll(async () => {
  await database.close()
  await server.stop()
})

/** From now on what is sent to that port of 127.0.0.1 reaches the server. */
const comeBack = (port: number): void => {
  const { port: target } = new URL(server.url)
  const relay = createServer((socket) => {
    const other = connect(Number(target), '127.0.0.1')
    socket.pipe(other).pipe(socket)
    for (const one of [socket, other]) one.on('error', () => one.destroy())
  }).listen(port, '127.0.0.1')
  onTestFinished(() => void relay.close())
}

/** A function whose database is at that port of 127.0.0.1. */
const startIris = (port: number, environment: Record<string, string>) => {
  const iris = startTestProcess({
    ROLE: 'function',
    FUNCTION: 'iris',
    DATABASE_URL: Object.assign(new URL(server.url), { port: String(port) }).href,
    MIGRATE: 'never',
    ...environment,
  })
  const predict = async (): Promise<string> => {
    const body = { features: [[5.1, 3.5, 1.4, 0.2]] }
    const { status, json } = await call({ port: (await iris.port())!, path: '/predict', body })
    expect(status).toBe(200)
    return String(json['prediction_id'])
  }
  return { ...iris, predict }
}

const spilledIn = async (folder: string): Promise<string[]> =>
  (await readdir(path.join(folder, 'spill'), { recursive: true })).filter((name) =>
    name.endsWith('.jsonl'),
  )

test('a function that is told to stop while its database is away writes what waits when it is back', async () => {
  const port = await freePort()
  const folder = temporaryFolder()
  const settings = { DATA_DIRECTORY: folder, RECORD_QUEUE: '1', STOP_TIMEOUT_SECONDS: '120' }
  const iris = startIris(port, settings)
  const ids = [await iris.predict()]
  await expect.poll(iris.output).toContain('"msg":"records not written"')
  // The first is being written; of the others one waits in memory and one on the disk.
  ids.push(await iris.predict(), await iris.predict())
  await expect.poll(() => spilledIn(folder)).not.toEqual([])
  iris.child.kill('SIGTERM')
  await expect.poll(iris.output).toContain('"msg":"stopping"')
  comeBack(port)
  expect(await iris.ended).toBe(0)
  for (const id of ids) expect(await findPrediction(database, id)).toMatchObject({ id })
  expect(await spilledIn(folder)).toEqual([])
  expect(iris.output()).not.toContain('stopped with records')
})

test('a database that says nothing costs a stop no more than its time, and a start that fails none', async () => {
  const port = await startSilentServer()
  const folder = temporaryFolder()
  const iris = startIris(port, { DATA_DIRECTORY: folder, STOP_TIMEOUT_SECONDS: '15' })
  await iris.predict()
  iris.child.kill('SIGTERM')
  // 1 when it did not end in time.
  expect(await iris.ended).toBe(0)
  expect(iris.output()).toMatch(
    /"rows_in_memory":1,"bytes_on_disk":[1-9]\d+,"msg":"stopped with records that are not written"/,
  )

  const next = startIris(port, {
    DATA_DIRECTORY: folder,
    MODEL_VERSION: '9.9.9',
    // More than this test may take.
    STOP_TIMEOUT_SECONDS: '600',
  })
  expect(await next.ended).toBe(1)
  expect(next.output()).toContain('9.9.9')
  expect(await spilledIn(folder)).toHaveLength(1)
})
