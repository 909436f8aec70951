import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase } from './client.ts'
import { DatabaseError, DatabaseUnavailableError } from './errors.ts'
import { findPrediction } from './history.ts'

let server: Server | undefined

afterEach(() => {
  server?.close()
  server = undefined
})

const open = (url: string, migrate: 'start' | 'never' = 'start') =>
  openDatabase({ url, directory: '', poolSize: 1, migrate, address: 'http://localhost' })

const failureOf = async (url: string): Promise<string> => {
  const error = await open(url).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DatabaseUnavailableError)
  return JSON.stringify([(error as Error).message, (error as Error).stack, (error as Error).cause])
}

/** A port where a server answers the first message with this error, as the Postgres protocol writes it. */
const refuseWith = async (code: string): Promise<number> => {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mno\0\0`)
  const head = Buffer.from([0x45, 0, 0, 0, fields.length + 4])
  server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.concat([head, fields])))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const closedPort = async (): Promise<number> => {
  const port = await refuseWith('')
  server?.close()
  return port
}

describe('a server that cannot be used', () => {
  it('is named with its address when nothing listens there', async () => {
    const failure = await failureOf(
      `postgres://inlet:pass-word@127.0.0.1:${await closedPort()}/predictions`,
    )
    expect(failure).toMatch(/The database \\"predictions\\" at 127\.0\.0\.1:\d+ \(DATABASE_URL\)/)
    expect(failure).toContain('nothing accepts connections there (ECONNREFUSED).')
    expect(failure).not.toContain('pass-word')
  })

  it.each([
    ['28P01', 'it refuses this user name or password (28P01).'],
    ['53300', 'it has no connection left (53300).'],
    ['XX000', 'it answers with an error (XX000).'],
  ])('is explained when it answers %s', async (code, reason) => {
    const port = await refuseWith(code)
    const failure = await failureOf(`postgres://inlet:pass-word@127.0.0.1:${port}/predictions`)
    expect(failure).toContain(reason)
    expect(failure).not.toContain('pass-word')
  })

  it.each([
    'postgres://inlet:pass-word@127.0.0.1:port/x',
    'postgres://inlet:pass-word%@127.0.0.1:1/x',
    'postgres://inlet:pass-word@[::1/x',
  ])('is explained when its address cannot be read', async (url) => {
    const failure = await failureOf(url)
    expect(failure).toContain('DATABASE_URL cannot be read: it must look like')
    expect(failure).not.toContain('pass-word')
  })

  it('fails a query only by its code when it need not be migrated', async () => {
    const database = await open(`postgres://inlet@127.0.0.1:${await closedPort()}/x`, 'never')
    const finding = findPrediction(database, '01990000-0000-7000-8000-000000000000')
    await expect(finding).rejects.toThrow(new DatabaseError('ECONNREFUSED'))
    await database.close()
  })
})
