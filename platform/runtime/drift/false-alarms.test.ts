import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { FUNCTIONS } from '#platform/testing/model-folder.ts'
import { readReferenceSketch } from '../reference-sketch.ts'
import { indexByChance, populationStabilityIndex } from './population-stability-index.ts'

const WINDOWS = 1_000
const WINDOW = 1_000
const MATTERS = 0.25

/** mulberry32 (Tommy Ettinger, public domain): seeded, so that a share that was measured stays. */
const randomFrom = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const random = randomFrom(1)

/** How many of so many rows, drawn by shares, fell into each bin. */
const draw = (shares: readonly number[], rows: number): number[] => {
  const counts = shares.map(() => 0)
  for (let row = 0; row < rows; row++) {
    let left = random()
    let bin = 0
    while (bin < shares.length - 1 && left >= shares[bin]!) left -= shares[bin++]!
    counts[bin]! += 1
  }
  return counts
}

/** The part of 1,000 windows for which something holds. */
const measure = (holds: () => boolean): number => {
  let count = 0
  for (let window = 0; window < WINDOWS; window++) if (holds()) count += 1
  return count / WINDOWS
}

const files = (await readdir(FUNCTIONS, { recursive: true })).filter(
  (file) => path.basename(file) === 'reference.json',
)
const columnsOf = async (file: string) => {
  const content: unknown = JSON.parse(await readFile(path.join(FUNCTIONS, file), 'utf8'))
  const { rows, features, outputs } = readReferenceSketch(content, file)
  const version = path.dirname(file).replace('/versions/', ' ')
  const answers = outputs && [
    { name: 'label', shares: outputs.labels.shares, rows: outputs.rows },
    { name: 'confidence', shares: outputs.confidence.shares, rows: outputs.rows },
  ]
  const inputs = features.map(({ name, shares }) => ({ name, shares, rows }))
  return [...inputs, ...(answers ?? [])].map((one) => ({ ...one, title: `${version} ${one.name}` }))
}
const columns = (await Promise.all(files.toSorted().map(columnsOf))).flat()

test('there are sketches to measure on', () => {
  expect(columns.length).toBeGreaterThan(15)
})

test.each(columns)('$title: windows drawn from its sketch do not alarm', (reference) => {
  const index = () => populationStabilityIndex(reference, draw(reference.shares, WINDOW))
  expect(measure(() => index() > 0.2)).toBe(0)
})

test.each(columns)(
  '$title: nor when its $rows rows are a sample themselves',
  ({ shares, rows }) => {
    const alarms = measure(() => {
      const reference = { shares: draw(shares, rows).map((count) => count / rows), rows }
      const index = populationStabilityIndex(reference, draw(shares, WINDOW))
      return index > MATTERS && index > indexByChance(reference, WINDOW)
    })
    expect(alarms).toBeLessThanOrEqual(0.003)
  },
)

test('with few rows in the sketch, the index alone would alarm: chance is told for that', () => {
  const shares = Array.from({ length: 10 }, () => 0.1)
  const alone = measure(() => {
    const reference = { shares: draw(shares, 60).map((count) => count / 60), rows: 60 }
    return populationStabilityIndex(reference, draw(shares, WINDOW)) > MATTERS
  })
  expect(alone).toBeGreaterThan(0.1)
})

test('with 50 samples it would alarm without drift, with 200 it does not', () => {
  const reference = { shares: Array.from({ length: 10 }, () => 0.1), rows: 1_347 }
  const alarms = (samples: number) =>
    measure(() => populationStabilityIndex(reference, draw(reference.shares, samples)) > 0.2)
  expect(alarms(50)).toBeGreaterThan(0.25)
  expect(alarms(200)).toBeLessThanOrEqual(0.001)
})

test.each(columns)('$title: a shift to its upper half is seen in every window', (reference) => {
  const { shares } = reference
  const upper = shares.map((share, bin) => (bin < Math.floor(shares.length / 2) ? 0 : share))
  const total = upper.reduce((sum, share) => sum + share, 0)
  const shifted = upper.map((share) => share / total)
  const level = Math.max(MATTERS, indexByChance(reference, WINDOW))
  const seen = measure(() => populationStabilityIndex(reference, draw(shifted, WINDOW)) > level)
  expect(seen).toBe(1)
})
