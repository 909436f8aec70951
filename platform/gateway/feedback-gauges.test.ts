import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { JudgedOfVersion } from '#db/quality.ts'
import { createFeedbackGauges } from './feedback-gauges.ts'
import type { ModelCatalog } from './model-catalog.ts'

const MINUTE = 60_000

const setUp = () => {
  const shown = new Map<string, number>()
  const gauge = (name: string) => ({
    record: (value: number, labels?: object) =>
      void shown.set(`${name} ${Object.values(labels ?? {}).join(' ')}`, value),
  })
  const asked: { from: Date; answer: PromiseWithResolvers<JudgedOfVersion[]> }[] = []
  const clock = { now: 1_000 * MINUTE }
  const versions = { '1.0.0': {}, '2.0.0': {} }
  const warnings: string[] = []
  const beforeScrape = createFeedbackGauges({
    catalog: { models: [{ card: { name: 'iris', versions } }] } as unknown as ModelCatalog,
    log: {
      judgedSince: (from) => {
        const answer = Promise.withResolvers<JudgedOfVersion[]>()
        asked.push({ from, answer })
        return answer.promise
      },
    },
    instruments: {
      feedbackAccuracy: gauge('accuracy'),
      feedbackCalibrationError: gauge('calibration'),
      feedbackSamples: gauge('samples'),
    },
    logger: pino({}, { write: (line) => void warnings.push(line) }),
    now: () => clock.now,
  })
  return { shown, asked, clock, warnings, beforeScrape }
}

const judged = (
  version: string,
  instances: number,
  correct: number,
  [bin, confidenceSum]: [number | null, number] = [null, 0],
): JudgedOfVersion => ({ model: 'iris', version, instances, correct, bin, confidenceSum })

test('every served version is shown from the start, with no accuracy yet', () => {
  const { shown, asked } = setUp()
  expect(Object.fromEntries(shown)).toEqual({
    'samples iris 1.0.0': 0,
    'samples iris 2.0.0': 0,
    'accuracy iris 1.0.0': Number.NaN,
    'accuracy iris 2.0.0': Number.NaN,
    'calibration iris 1.0.0': Number.NaN,
    'calibration iris 2.0.0': Number.NaN,
  })
  expect(asked).toEqual([])
})

test('it asks once a minute, never twice at once, and no scrape waits', async () => {
  const { shown, asked, clock, beforeScrape } = setUp()
  beforeScrape()
  beforeScrape()
  expect(asked).toHaveLength(1)
  expect(asked[0]!.from).toEqual(new Date(clock.now - 7 * 24 * 60 * MINUTE))
  clock.now += 2 * MINUTE
  beforeScrape()
  expect(asked).toHaveLength(1)
  asked[0]!.answer.resolve([judged('1.0.0', 8, 6), judged('0.9.0', 5, 5)])
  await expect.poll(() => shown.get('accuracy iris 1.0.0')).toBe(0.75)
  expect(shown.get('samples iris 1.0.0')).toBe(8)
  expect(shown.get('accuracy iris 2.0.0')).toBeNaN()
  expect([...shown.keys()].filter((name) => name.includes('0.9.0'))).toEqual([])

  await expect.poll(() => (beforeScrape(), asked.length)).toBe(2)
  clock.now += MINUTE - 1
  asked[1]!.answer.resolve([])
  await expect.poll(() => shown.get('samples iris 1.0.0')).toBe(0)
  expect(shown.get('accuracy iris 1.0.0')).toBeNaN()
  beforeScrape()
  expect(asked).toHaveLength(2)
})

test('accuracy and calibration are of all bins of a version, calibration of those with a confidence', async () => {
  const { shown, asked, beforeScrape } = setUp()
  beforeScrape()
  asked[0]!.answer.resolve([
    judged('1.0.0', 4, 1, [2, 1]),
    judged('1.0.0', 4, 2, [9, 3.8]),
    judged('1.0.0', 2, 2),
    judged('2.0.0', 5, 5),
  ])
  await expect.poll(() => shown.get('accuracy iris 1.0.0')).toBe(0.5)
  expect(shown.get('samples iris 1.0.0')).toBe(10)
  // (|1 - 1| + |3.8 - 2|) / 8
  expect(shown.get('calibration iris 1.0.0')).toBeCloseTo(0.225, 10)
  expect(shown.get('accuracy iris 2.0.0')).toBe(1)
  expect(shown.get('calibration iris 2.0.0')).toBeNaN()
})

test('what was known stays while the database is away, and the log says so', async () => {
  const { shown, asked, clock, warnings, beforeScrape } = setUp()
  beforeScrape()
  asked[0]!.answer.resolve([judged('1.0.0', 1, 1)])
  await expect.poll(() => shown.get('accuracy iris 1.0.0')).toBe(1)
  clock.now += MINUTE
  await expect.poll(() => (beforeScrape(), asked.length)).toBe(2)
  asked[1]!.answer.reject(new Error('Database error ECONNREFUSED'))
  await expect.poll(() => warnings.join('')).toContain('ECONNREFUSED')
  expect(shown.get('accuracy iris 1.0.0')).toBe(1)
  clock.now += MINUTE
  await expect.poll(() => (beforeScrape(), asked.length)).toBe(3)
})
