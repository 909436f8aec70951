import { expect, test } from 'vitest'
import { distanceTo, embeddingColumn, histogramColumn } from './columns.ts'
import { populationStabilityIndex } from './population-stability-index.ts'

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

test('a number counts by the edges at or below it', () => {
  const column = histogramColumn('size', { edges: [1, 2], shares: [0.2, 0.5, 0.3] }, 100, 10)
  for (const value of [-Infinity, 0.5, 1, 1.5, 1.9, 1.999, 1, 2, 3, Infinity]) column.add(value)
  expect(column.score()).toBeCloseTo(0, 12)
  column.add(0)
  expect(column.size).toBe(10)
  expect(column.score()).toBeCloseTo(0, 12)
})

test('a name that was never seen counts apart from those that were', () => {
  const histogram = { categories: ['no', 'yes'], shares: [0.4, 0.6] }
  const column = histogramColumn('label', histogram, 30, 10)
  for (const label of ['no', 'no', 'yes', 'yes', 'yes', 'new', 'newer', 'yes', 'yes', 'no']) {
    column.add(label)
  }
  const wanted = populationStabilityIndex({ shares: [0.4, 0.6, 0], rows: 30 }, [3, 5, 2])
  expect(column.score()).toBe(wanted)
  expect(wanted).toBeGreaterThan(0.25)
})

test.each([[NaN], ['1'], [undefined]])('the number %o is refused, and not quoted', (value) => {
  const column = histogramColumn('size', { edges: [1], shares: [0.5, 0.5] }, 100, 10)
  expect(() => column.add(value)).toThrow('the feature size must be a number')
  expect(column.size).toBe(0)
})

test('a category must be a string', () => {
  const column = histogramColumn('colour', { categories: ['red'], shares: [1] }, 100, 10)
  expect(() => column.add(1)).toThrow('the feature colour must be a string')
})

test('embeddings count by their cosine distance to the mean, whatever their length', () => {
  const embedding = { rows: 600, mean: [0.6, 0], distance_quantiles: DECILES }
  const distance = distanceTo(embedding)
  expect(distance(Float32Array.of(3, 0))).toBeCloseTo(0, 9)
  expect(distance(Float32Array.of(0, 2))).toBeCloseTo(1, 9)
  expect(distance(Float32Array.of(3, 4))).toBeCloseTo(0.4, 9)
  expect(() => distance(Float32Array.of(1))).toThrow('1 numbers, the reference 2')
  const column = embeddingColumn('embedding_distance', embedding, 10)
  for (const middle of [0, ...DECILES]) column.add(middle + 0.05)
  expect(column.score()).toBeCloseTo(0, 12)
})
