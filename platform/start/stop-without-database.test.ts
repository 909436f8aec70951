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

test('a function that is told to stop while its database is away writes what waits when it is back', async () => {
  const port = await freePort()
  const folder = temporaryFolder()
  const iris = startTestProcess({
    ROLE: 'function',
    FUNCTION: 'iris',
    DATABASE_URL: Object.assign(new URL(server.url), { port: String(port) }).href,
    MIGRATE: 'never',
    DATA_DIRECTORY: folder,
    RECORD_QUEUE: '1',
    STOP_TIMEOUT_SECONDS: '120',
  })
  const predict = async (): Promise<string> => {
    const body = { features: [[5.1, 3.5, 1.4, 0.2]] }
    const { status, json } = await call({ port: (await iris.port())!, path: '/predict', body })
    expect(status).toBe(200)
    return String(json['prediction_id'])
  }
  const ids = [await predict()]
  await expect.poll(iris.output).toContain('"msg":"records not written"')
  // The first is being written; of the others one waits in memory and one on the disk.
  ids.push(await predict(), await predict())
  const onDisk = async (): Promise<string[]> =>
    (await readdir(path.join(folder, 'spill'), { recursive: true })).filter((name) =>
      name.endsWith('.jsonl'),
    )
  await expect.poll(onDisk).not.toEqual([])
  iris.child.kill('SIGTERM')
  await expect.poll(iris.output).toContain('"msg":"stopping"')
  comeBack(port)
  expect(await iris.ended).toBe(0)
  for (const id of ids) expect(await findPrediction(database, id)).toMatchObject({ id })
  expect(await onDisk()).toEqual([])
})
