import { FEWEST_DRIFT_SAMPLES } from '#observability/metrics.ts'
import type { AnyFunctionDefinition } from '../define-function.ts'
import { withoutMessage } from '../handler-failure.ts'
import type { ReferenceSketch } from '../reference-sketch.ts'
import {
  distanceTo,
  embeddingColumn,
  histogramColumn,
  type Column,
  type FeatureValue,
} from './columns.ts'

export type DriftWatch = {
  /** Counts the instances of one answered request. Throws when a feature is not as declared. */
  count(input: unknown, answer: unknown, embeddings?: readonly Float32Array[]): void
  /** Instances in the window. */
  readonly samples: number
  /** Of each column that has enough samples: its index, and what that reaches by chance. */
  scores(): { feature: string; score: number; chance: number }[]
}

type Row = Readonly<Record<string, FeatureValue>>

const kindOf = (value: FeatureValue): string => (typeof value === 'number' ? 'number' : 'category')

/** Throws with both sides' names when a handler's features are not those of its version's sketch. */
const checkNames = (row: Row | undefined, sketch: ReferenceSketch): void => {
  const declared = Object.entries(row ?? {}).map(([name, value]) => `${name} (${kindOf(value)})`)
  const counted = sketch.features.map(({ name, kind }) => `${name} (${kind})`)
  if (declared.toSorted().join() === counted.toSorted().join()) return
  throw new Error(
    `the handler's features ${declared.join(', ')} are not those of reference.json: ${counted.join(', ')}`,
  )
}

/**
 * Holds the latest `length` instances against what a version was made from, in memory that does not
 * grow: a handler's features, and the labels, confidences and embeddings of its answers.
 * Throws when handler and sketch do not fit.
 */
export const watchDrift = (
  definition: Pick<AnyFunctionDefinition, 'features' | 'outcomes' | 'example'>,
  sketch: ReferenceSketch,
  length: number,
): DriftWatch => {
  const { features, outcomes, example } = definition
  if (features !== undefined) checkNames(features(example)[0], sketch)
  const inputs =
    features === undefined
      ? []
      : sketch.features.map((one) => histogramColumn(one.name, one, sketch.rows, length))
  const { outputs, embedding } = sketch
  const answers = outcomes &&
    outputs && {
      label: histogramColumn('label', outputs.labels, outputs.rows, length),
      confidence: histogramColumn('confidence', outputs.confidence, outputs.rows, length),
    }
  const embedded = embedding && {
    column: embeddingColumn('embedding_distance', embedding, length),
    distance: distanceTo(embedding),
  }
  const columns = [...inputs, answers?.label, answers?.confidence, embedded?.column].filter(
    (column): column is Column => column !== undefined,
  )
  let turn = 0

  return {
    count: (input, answer, embeddings = []) => {
      for (const row of withoutMessage(() => features?.(input)) ?? []) {
        for (const column of inputs) column.add(row[column.name])
      }
      if (answers) {
        for (const { label, confidence } of withoutMessage(() => outcomes(answer))) {
          answers.label.add(label)
          answers.confidence.add(confidence)
        }
      }
      if (!embedded || embeddings.length === 0) return
      // One of each answer, each place in turn: the sentences of one text are like each other, and
      // a window of whole texts would hold too few of them.
      embedded.column.add(embedded.distance(embeddings[turn % embeddings.length]!))
      turn += 1
    },
    get samples() {
      return Math.max(0, ...columns.map(({ size }) => size))
    },
    scores: () =>
      columns
        .filter(({ size }) => size >= FEWEST_DRIFT_SAMPLES)
        .map(({ name, score, chance }) => ({ feature: name, score: score(), chance: chance() })),
  }
}
