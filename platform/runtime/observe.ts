import type { Attributes } from '@opentelemetry/api'
import type { Instruments } from '#observability/instruments.ts'
import {
  OUTCOMES,
  PREDICTION_PHASES,
  type Outcome,
  type PredictionPhase,
} from '#observability/labels.ts'
import { recordDrift } from './drift/record-drift.ts'
import type { DriftWatch } from './drift/watch-drift.ts'
import type { ErrorCode } from './errors.ts'

/** What answers: the labels of its metrics and the names in its rows. */
export type ModelIdentity = { model: string; version: string; revision: string }

/** What /predict answers when it fails. */
const CODES = [
  'malformed_json',
  'body_too_large',
  'unsupported_media_type',
  'invalid_input',
  'cancelled',
  'inference_failed',
  'internal',
  'model_not_ready',
  'overloaded',
] as const satisfies ErrorCode[]

/** Milliseconds of each step that a request reached. */
export type Phases = Partial<Record<PredictionPhase, number>>

/** Whose fault an error is, from its HTTP status. */
export const outcomeOf = (status: number): Outcome => {
  if (status < 400) return 'success'
  if (status === 499) return 'cancelled'
  if (status < 500) return 'invalid'
  return status === 503 || status === 504 ? 'unavailable' : 'failed'
}

/** `Server-Timing` of an answer: milliseconds of each step and of the whole. */
export const serverTiming = (phases: Phases, totalMs: number): string => {
  let header = ''
  for (const phase of PREDICTION_PHASES) {
    const took = phases[phase]
    if (took !== undefined) header += `${phase};dur=${took.toFixed(2)}, `
  }
  return `${header}total;dur=${totalMs.toFixed(2)}`
}

/** The metrics of one function, with its labels made once; every counter starts at 0. */
export const createObserver = (
  instruments: Instruments,
  { model, version, revision }: ModelIdentity,
) => {
  const labels = { model_name: model, version, revision }
  const withLabel = <Key extends string>(name: string, values: readonly Key[]) =>
    Object.fromEntries(
      values.map((value): [string, Attributes] => [value, { ...labels, [name]: value }]),
    ) as Record<Key, Attributes>
  const outcomes = withLabel('outcome', OUTCOMES)
  const phaseLabels = withLabel('phase', PREDICTION_PHASES)
  for (const attributes of Object.values(outcomes)) instruments.predictions.add(0, attributes)
  for (const code of CODES) instruments.predictionErrors.add(0, { ...labels, code })
  instruments.predictionsInFlight.add(0, labels)
  instruments.modelLoaded.record(0, labels)

  return {
    loaded: (seconds: number, bytes: number): void => {
      instruments.modelLoaded.record(1, labels)
      instruments.modelLoadTime.record(seconds, labels)
      instruments.modelSize.record(bytes, labels)
    },
    state: (isLoaded: boolean, queuedRows: number): void => {
      instruments.modelLoaded.record(isLoaded ? 1 : 0, labels)
      instruments.queueRows.record(queuedRows, labels)
    },
    drift: (counted: Pick<DriftWatch, 'samples' | 'scores'>): void =>
      recordDrift(instruments, { model_name: model, version }, counted),
    batch: (rows: number): void => instruments.batchSize.record(rows, labels),
    began: (): void => instruments.predictionsInFlight.add(1, labels),
    ended: (): void => instruments.predictionsInFlight.add(-1, labels),
    predicted: (
      status: number,
      totalMs: number,
      phases: Phases,
      confidence: number | null,
    ): void => {
      const outcome = outcomes[outcomeOf(status)]
      instruments.predictions.add(1, outcome)
      instruments.predictionDuration.record(totalMs / 1000, outcome)
      for (const phase of PREDICTION_PHASES) {
        const took = phases[phase]
        if (took !== undefined) instruments.phaseDuration.record(took / 1000, phaseLabels[phase])
      }
      if (phases.infer !== undefined)
        instruments.inferenceLatency.record(phases.infer / 1000, labels)
      if (confidence === null) return
      instruments.confidence.record(confidence, labels)
      instruments.confidenceDistribution.record(confidence, labels)
    },
    failed: (code: ErrorCode): void => instruments.predictionErrors.add(1, { ...labels, code }),
  }
}

export type Observer = ReturnType<typeof createObserver>
