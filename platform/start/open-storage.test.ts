import { expect, test } from 'vitest'
import { DATABASE_AWAY } from '../testing/database-away.ts'
import { startTestServer } from '../testing/server.ts'
import { startSilentServer } from '../testing/silent-server.ts'

const startFunction = async (environment: Record<string, string>) => {
  const { call } = await startTestServer({
    ...DATABASE_AWAY,
    ROLE: 'function',
    FUNCTION: 'iris',
    ...environment,
  })
  return {
    predict: async () => {
      const body = { features: [[5.1, 3.5, 1.4, 0.2]] }
      expect((await call({ path: '/predict', body })).status).toBe(200)
    },
    page: async () => (await call({ path: '/metrics' })).text,
  }
}

test('rows that wait for the database are counted as queued, and those without room as dropped', async () => {
  const { predict, page } = await startFunction({ RECORD_QUEUE: '1', RECORD_SPILL_BYTES: '0' })
  expect(await page()).toMatch(/^prediction_records_queued 0$/m)
  await predict()
  // Then it is being written, which leaves room for one.
  await expect.poll(page).toMatch(/^prediction_records_total\{event="retried"\} [1-9]/m)
  for (let rows = 0; rows < 4; rows++) await predict()
  const text = await page()
  expect(text).toMatch(/^prediction_records_total\{event="queued"\} 2$/m)
  expect(text).toMatch(/^prediction_records_total\{event="dropped"\} 3$/m)
  expect(text).toMatch(/^prediction_records_queued 2$/m)
})

test('connections of the pool are told by what they do', async () => {
  const port = await startSilentServer()
  const { predict, page } = await startFunction({
    DATABASE_URL: `postgres://nobody:nothing@127.0.0.1:${port}/nowhere`,
    DATABASE_POOL: '2',
  })
  await predict()
  await expect.poll(page).toMatch(/^database_connections\{state="in_use"\} 1$/m)
  const text = await page()
  expect(text).toMatch(/^database_connections\{state="size"\} 2$/m)
  expect(text).toMatch(/^database_connections\{state="waiting"\} 0$/m)
})
