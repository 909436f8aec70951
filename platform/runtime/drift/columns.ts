import type { ReferenceSketch } from '../reference-sketch.ts'
import { createDriftWindow } from './drift-window.ts'
import {
  indexByChance,
  populationStabilityIndex,
  type Reference,
} from './population-stability-index.ts'

export type FeatureValue = number | string

/** One thing that is watched: a feature, the labels, the confidences or the embeddings. */
export type Column = {
  readonly name: string
  readonly size: number
  /** Throws when the value is not of the column's kind; never quotes it. */
  add(value: FeatureValue | undefined): void
  /** Its population stability index against the reference. */
  score(): number
  /** What that index reaches by chance, with so few rows and values. */
  chance(): number
}

type Numbers = { readonly edges: readonly number[] }
type Names = { readonly categories: readonly string[] }
type Histogram = { readonly shares: readonly number[] } & (Numbers | Names)
type BinOf = (value: FeatureValue | undefined) => number

/** The number of edges at or below a value. */
const binOfNumber =
  (name: string, { edges }: Numbers): BinOf =>
  (value) => {
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw new Error(`the feature ${name} must be a number`)
    }
    let bin = 0
    while (bin < edges.length && value >= edges[bin]!) bin += 1
    return bin
  }

/** The place among the categories; all that were never seen share one more bin. */
const binOfName = (name: string, { categories }: Names): BinOf => {
  const places = new Map(categories.map((category, place) => [category, place]))
  return (value) => {
    if (typeof value !== 'string') throw new Error(`the feature ${name} must be a string`)
    return places.get(value) ?? categories.length
  }
}

const createColumn = (name: string, reference: Reference, binOf: BinOf, length: number): Column => {
  const window = createDriftWindow(reference.shares.length, length)
  return {
    name,
    get size() {
      return window.size
    },
    add: (value) => window.add(binOf(value)),
    score: () => populationStabilityIndex(reference, window.counts),
    chance: () => indexByChance(reference, window.size),
  }
}

/** A column of the latest `length` values, against a histogram of so many rows. */
export const histogramColumn = (
  name: string,
  histogram: Histogram,
  rows: number,
  length: number,
): Column => {
  if ('edges' in histogram) {
    const { shares } = histogram
    return createColumn(name, { shares, rows }, binOfNumber(name, histogram), length)
  }
  const shares = [...histogram.shares, 0]
  return createColumn(name, { shares, rows }, binOfName(name, histogram), length)
}

type Embedding = NonNullable<ReferenceSketch['embedding']>

/** 1 - cosine of a vector to the mean of a sketch. Throws when their lengths differ. */
export const distanceTo = ({ mean }: Embedding): ((vector: Float32Array) => number) => {
  const norm = Math.hypot(...mean)
  return (vector) => {
    if (vector.length !== mean.length) {
      throw new Error(`an embedding has ${vector.length} numbers, the reference ${mean.length}`)
    }
    let product = 0
    let square = 0
    for (const [index, value] of vector.entries()) {
      product += value * mean[index]!
      square += value * value
    }
    return 1 - product / (norm * Math.sqrt(square))
  }
}

/** A column of distances to the mean embedding: a tenth of the reference lies between deciles. */
export const embeddingColumn = (
  name: string,
  { rows, distance_quantiles: edges }: Embedding,
  length: number,
): Column => {
  const shares = Array.from({ length: edges.length + 1 }, () => 1 / (edges.length + 1))
  return histogramColumn(name, { edges, shares }, rows, length)
}
