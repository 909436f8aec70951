import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { LoggedRows } from '#db/logged-rows.ts'
import { createLoggedRowCounter } from './count-logged-rows.ts'
import type { ModelCatalog } from './model-catalog.ts'

const SECOND = 1_000

const setUp = () => {
  const totals = new Map<string, number>()
  const asked: { after: Date; until: Date; answer: PromiseWithResolvers<LoggedRows[]> }[] = []
  const clock = { now: 10_000_000 * SECOND }
  const warnings: string[] = []
  const beforeScrape = createLoggedRowCounter({
    catalog: {
      models: [{ card: { name: 'iris', versions: { '1.0.0': {}, '2.0.0': {} } } }],
    } as unknown as ModelCatalog,
    log: {
      countLoggedRows: (after, until) => {
        const answer = Promise.withResolvers<LoggedRows[]>()
        asked.push({ after, until, answer })
        return answer.promise
      },
    },
    instruments: {
      loggedRows: {
        add: (value: number, labels?: object) => {
          const key = Object.values(labels ?? {}).join(' ')
          totals.set(key, (totals.get(key) ?? 0) + value)
        },
      },
    },
    logger: pino({}, { write: (line) => void warnings.push(line) }),
    now: () => clock.now,
  })
  /** Half a minute later it asks again and is answered. */
  const look = async (...found: [version: string, rows: number, settled: number][]) => {
    const count = asked.length
    clock.now += 30 * SECOND
    await expect.poll(() => (beforeScrape(), asked.length)).toBe(count + 1)
    asked
      .at(-1)!
      .answer.resolve(
        found.map(([version, rows, settled]) => ({ model: 'iris', version, rows, settled })),
      )
  }
  return { totals, asked, clock, warnings, beforeScrape, look }
}

test('every served version is there with 0, and what was there before is not counted', async () => {
  const { totals, look } = setUp()
  expect(Object.fromEntries(totals)).toEqual({ 'iris 1.0.0': 0, 'iris 2.0.0': 0 })
  await look(['1.0.0', 70, 20], ['0.9.0', 5, 0])
  await look(['1.0.0', 90, 30])
  await expect.poll(() => totals.get('iris 1.0.0')).toBe(40)
  expect(Object.fromEntries(totals)).toEqual({ 'iris 1.0.0': 40, 'iris 2.0.0': 0 })
})

test('each look begins where the last one found all rows settled, so that late rows count once', async () => {
  const { totals, asked, look } = setUp()
  await look(['1.0.0', 0, 0])
  await look(['1.0.0', 10, 0])
  await expect.poll(() => totals.get('iris 1.0.0')).toBe(10)
  // Ten more, of which seven are older than those: they were written late.
  await look(['1.0.0', 20, 17])
  await expect.poll(() => totals.get('iris 1.0.0')).toBe(20)
  await look(['1.0.0', 3, 3])
  await expect.poll(() => asked.length).toBe(4)
  expect(totals.get('iris 1.0.0')).toBe(20)
  expect(asked.map(({ after }) => after).slice(1)).toEqual(
    asked.map(({ until }) => until).slice(0, -1),
  )
  expect(asked[3]!.until.getTime() - asked[3]!.after.getTime()).toBe(30 * SECOND)
})

test('rows that are deleted take nothing away', async () => {
  const { totals, look } = setUp()
  await look()
  await look(['1.0.0', 10, 0])
  await look(['1.0.0', 4, 0])
  await look(['1.0.0', 6, 0])
  await expect.poll(() => totals.get('iris 1.0.0')).toBe(12)
})

test('it asks every half a minute, never twice at once, and goes on after a failure', async () => {
  const { totals, asked, clock, warnings, beforeScrape, look } = setUp()
  await look()
  await look(['1.0.0', 1, 0])
  await expect.poll(() => totals.get('iris 1.0.0')).toBe(1)
  beforeScrape()
  expect(asked).toHaveLength(2)
  clock.now += 30 * SECOND
  await expect.poll(() => (beforeScrape(), asked.length)).toBe(3)
  clock.now += 60 * SECOND
  beforeScrape()
  expect(asked).toHaveLength(3)
  asked[2]!.answer.reject(new Error('Database error ECONNREFUSED'))
  await expect.poll(() => warnings.join('')).toContain('ECONNREFUSED')
  await look(['1.0.0', 5, 0])
  await expect.poll(() => totals.get('iris 1.0.0')).toBe(5)
  expect(asked[3]!.after).toEqual(asked[2]!.after)
})
