import { expect, test } from 'vitest'
import { indexByChance, populationStabilityIndex } from './population-stability-index.ts'

const TENTHS = Array.from({ length: 10 }, () => 0.1)

test('the same shares have an index of 0', () => {
  expect(populationStabilityIndex({ shares: [0.2, 0.5, 0.3], rows: 120 }, [200, 500, 300])).toBe(0)
})

test.each([
  ['swapped shares', [0.2, 0.5, 0.3], 120, [300, 500, 200], 0.08109302162163284],
  ['bins without a live row', [0.2, 0.5, 0.3], 120, [0, 0, 250], 4.504292196949196],
  ['a bin that the reference lacks', [0.4, 0.6, 0], 30, [90, 100, 10], 0.06074171708448496],
  ['both', TENTHS, 60, [0, 50, 100, 100, 100, 100, 100, 100, 100, 250], 0.6992835467806502],
])('%s: as stability_index of training counts it', (_, shares, rows, counts, wanted) => {
  expect(populationStabilityIndex({ shares, rows }, counts)).toBeCloseTo(wanted, 12)
})

// Table of chi-square: what it exceeds once in ten thousand with so many degrees, one less than bins.
test.each([
  [[0.9, 0.1, 0], 15.14],
  [[0.3, 0.3, 0.4], 18.42],
  [TENTHS, 33.72],
])('chance moves shares of %o as chi-square does', (shares, wanted) => {
  for (const [rows, samples] of [
    [60, 1_000],
    [1_347, 200],
  ] as const) {
    const quantile = indexByChance({ shares, rows }, samples) / (1 / rows + 1 / samples)
    expect(Math.abs(quantile / wanted - 1)).toBeLessThan(0.1)
  }
})

test('a single bin cannot move', () => {
  expect(indexByChance({ shares: [1], rows: 60 }, 1_000)).toBe(0)
})
