import { expect, test } from 'vitest'
import type { Outcome } from '../define-function.ts'
import type { ReferenceSketch } from '../reference-sketch.ts'
import { watchDrift } from './watch-drift.ts'

/** An index of no drift: where names are, the bin of unknown ones is empty in rows of different number. */
const LEAST = 0.005

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

const sketch: ReferenceSketch = {
  schema_version: 1,
  rows: 1_000,
  features: [
    { name: 'length', kind: 'number', edges: [1], shares: [0.5, 0.5] },
    { name: 'colour', kind: 'category', categories: ['blue', 'red'], shares: [0.5, 0.5] },
  ],
  outputs: {
    rows: 400,
    labels: { categories: ['no', 'yes'], shares: [0.5, 0.5] },
    confidence: { edges: [0.75], shares: [0.5, 0.5] },
  },
  embedding: { rows: 600, mean: [1, 0], distance_quantiles: DECILES },
}

type Thing = { length: number; colour: string }
const definition = {
  features: (things: unknown) => things as Thing[],
  outcomes: (outcomes: unknown) => outcomes as Outcome[],
  example: [{ length: 1, colour: 'red' }],
}

/** Two things with one embedding each, one half of what the sketch was made from. */
const pair = [
  { length: 0, colour: 'blue' },
  { length: 2, colour: 'red' },
]
const answer = [
  { label: 'no', confidence: 0.5 },
  { label: 'yes', confidence: 1 },
]
const embeddings = [Float32Array.of(1, 0), Float32Array.of(0, 1)]

test('nothing is said of fewer than 200 instances', () => {
  const watch = watchDrift(definition, sketch, 1_000)
  for (let request = 0; request < 99; request++) watch.count(pair, answer)
  expect(watch.samples).toBe(198)
  expect(watch.scores()).toEqual([])
  watch.count(pair, answer)
  expect(watch.samples).toBe(200)
  const scores = watch.scores()
  expect(scores.map(({ feature }) => feature)).toEqual(['length', 'colour', 'label', 'confidence'])
  for (const { score, chance } of scores) {
    expect(score).toBeLessThan(LEAST)
    expect(chance).toBeCloseTo(0.1, 1)
  }
})

test('the latest instances are held against the sketch, and older ones are forgotten', () => {
  const watch = watchDrift(definition, sketch, 300)
  const red = { length: 0, colour: 'red' }
  for (let request = 0; request < 300; request++) {
    watch.count([red], [{ label: 'maybe', confidence: 0.7 }])
  }
  expect(watch.scores()).toHaveLength(4)
  for (const { score } of watch.scores()) expect(score).toBeGreaterThan(1)
  for (let request = 0; request < 150; request++) watch.count(pair, answer)
  expect(watch.samples).toBe(300)
  for (const { score } of watch.scores()) expect(score).toBeLessThan(LEAST)
})

test('of each answer one embedding counts, each place in turn', () => {
  const watch = watchDrift(definition, sketch, 1_000)
  for (let request = 0; request < 200; request++) watch.count([], [], embeddings)
  const [only, ...others] = watch.scores()
  expect(only!.feature).toBe('embedding_distance')
  // Half at a distance of 0, half at 1: two of ten bins.
  expect(only!.score).toBeCloseTo(2 * 0.4 * Math.log(5) + 8 * (0.1 - 1 / 400) * Math.log(40), 9)
  expect(others).toEqual([])
})

test('without features only answers are watched, without outputs only features', () => {
  const { outputs: _, embedding: __, ...inputsOnly } = sketch
  const named = (one: ReferenceSketch, features = true) => {
    const { example, outcomes } = definition
    const watch = watchDrift(features ? definition : { example, outcomes }, one, 200)
    for (let request = 0; request < 200; request++) watch.count(pair, answer, embeddings)
    return watch.scores().map(({ feature }) => feature)
  }
  expect(named(inputsOnly)).toEqual(['length', 'colour'])
  expect(named(sketch, false)).toEqual(['label', 'confidence', 'embedding_distance'])
})

test.each([
  [[{ length: 1 }], 'length (number) are not those of reference.json: length (number), colour'],
  [[{ length: '1', colour: 'red' }], 'features length (category), colour (category) are not those'],
  [[], 'are not those of reference.json'],
])('features that do not fit the sketch are told with both sides: %o', (example, message) => {
  expect(() => watchDrift({ ...definition, example }, sketch, 200)).toThrow(message)
})

test('a feature that is not as declared is named', () => {
  const watch = watchDrift(definition, sketch, 200)
  expect(() => watch.count([{ length: 1 }], answer)).toThrow('the feature colour must be a string')
})
