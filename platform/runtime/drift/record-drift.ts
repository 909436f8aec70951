import type { Attributes } from '@opentelemetry/api'
import type { Instruments } from '#observability/instruments.ts'
import type { DriftWatch } from './watch-drift.ts'

/** Sets the drift gauges of one version to what was counted. */
export const recordDrift = (
  instruments: Pick<Instruments, 'driftSamples' | 'driftScore' | 'driftChance'>,
  labels: Attributes,
  { samples, scores }: Pick<DriftWatch, 'samples' | 'scores'>,
): void => {
  instruments.driftSamples.record(samples, labels)
  for (const { feature, score, chance } of scores()) {
    const attributes = { ...labels, feature }
    instruments.driftScore.record(score, attributes)
    instruments.driftChance.record(chance, attributes)
  }
}
