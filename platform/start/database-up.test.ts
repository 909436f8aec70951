import { expect, test } from 'vitest'
import { DATABASE_AWAY } from '../testing/database-away.ts'
import { startTestServer } from '../testing/server.ts'

test('database_up is 1 with a database, without anybody asking', async () => {
  const { call } = await startTestServer()
  const page = async () => (await call({ path: '/metrics' })).text
  await expect.poll(page).toMatch(/^database_up 1$/m)
})

test('a gateway tells within two scrapes that its database is away, and counts /ready as failed', async () => {
  const { call } = await startTestServer({
    ...DATABASE_AWAY,
    ROLE: 'gateway',
    GATEWAY_TOKEN: 'between-us',
  })
  const page = async () => (await call({ path: '/metrics' })).text
  await expect.poll(page).toMatch(/^database_up 0$/m)
  expect((await call({ path: '/ready' })).status).toBe(503)
  expect(await page()).toMatch(
    /^api_errors_total\{endpoint="\/ready",model_name="",status="503"\} 1$/m,
  )
})

test('a function tells it with its first record, and not before', async () => {
  const { call } = await startTestServer({
    ...DATABASE_AWAY,
    ROLE: 'function',
    FUNCTION: 'iris',
  })
  const page = async () => (await call({ path: '/metrics' })).text
  expect(await page()).not.toMatch(/^database_up/m)
  const body = { features: [[5.1, 3.5, 1.4, 0.2]] }
  expect((await call({ path: '/predict', body })).status).toBe(200)
  await expect.poll(page).toMatch(/^database_up 0$/m)
  expect(await page()).toMatch(/^prediction_records_total\{event="retried"\} [1-9]/m)
})
