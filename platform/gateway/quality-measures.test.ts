import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JudgedBin } from '#db/quality.ts'
import { calibrationError, measureQuality, wilsonInterval } from './quality-measures.ts'

describe("Wilson's interval", () => {
  // Values of SciPy's binomtest(successes, trials).proportion_ci(method='wilson').
  test.each([
    [0, 10, 0, 0.277533],
    [10, 10, 0.722467, 1],
    [1, 1, 0.206549, 1],
    [45, 50, 0.786398, 0.956524],
    [500, 1000, 0.469069, 0.530931],
  ])('of %i in %i is %f to %f', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials)!
    expect(interval[0]).toBeCloseTo(low, 5)
    expect(interval[1]).toBeCloseTo(high, 5)
  })

  test('of nothing is none', () => expect(wilsonInterval(0, 0)).toBeNull())

  test('holds the share, and lies within 0 to 1', () => {
    const trials = fc.integer({ min: 1, max: 1_000_000 })
    fc.assert(
      fc.property(trials, fc.double({ min: 0, max: 1, noNaN: true }), (count, part) => {
        const successes = Math.round(count * part)
        const [low, high] = wilsonInterval(successes, count)!
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(successes / count)
        expect(high).toBeGreaterThanOrEqual(successes / count)
        expect(high).toBeLessThanOrEqual(1)
      }),
    )
  })
})

const bin = (fields: Partial<JudgedBin>): JudgedBin => ({
  bin: 9,
  instances: 1,
  correct: 1,
  confidenceSum: 0.9,
  ...fields,
})

describe('the expected calibration error', () => {
  test('weighs the distance of each bin by what is in it', () => {
    const bins = [
      bin({ bin: 9, instances: 4, correct: 3, confidenceSum: 3.8 }),
      bin({ bin: 5, instances: 1, correct: 1, confidenceSum: 0.55 }),
    ]
    expect(calibrationError(bins)).toBeCloseTo((4 / 5) * 0.2 + (1 / 5) * 0.45)
  })

  test('puts buckets together before it measures: opposite errors of one bin even out', () => {
    const bins = [
      bin({ instances: 1, correct: 1, confidenceSum: 0.95 }),
      bin({ instances: 19, correct: 18, confidenceSum: 18.05 }),
    ]
    expect(calibrationError(bins)).toBeCloseTo(0)
  })

  test('leaves out what has no confidence, and is none of nothing', () => {
    expect(calibrationError([bin({ bin: null, confidenceSum: 0 })])).toBeNull()
    expect(calibrationError([])).toBeNull()
  })
})

test('what nobody judged has no accuracy, and what has no confidence no mean', () => {
  const answer = { version: '1.0.0', start: 0, labelledPredictions: 0, confidenceSum: 0 }
  expect(measureQuality([{ ...answer, predictions: 3, confidences: 0 }], [])).toEqual({
    predictions: 3,
    labelled_predictions: 0,
    labelled_instances: 0,
    accuracy: null,
    accuracy_interval_95: null,
    mean_confidence: null,
    expected_calibration_error: null,
  })
})
