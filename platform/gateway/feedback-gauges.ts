import type { Logger } from '#observability/logger.ts'
import type { Instruments } from '#observability/instruments.ts'
import { atMostEvery } from './at-most-every.ts'
import { versionLabels, type ModelCatalog } from './model-catalog.ts'
import type { PredictionLog } from './prediction-log.ts'

const MINUTE_MS = 60_000
const PERIOD_MS = 7 * 24 * 60 * MINUTE_MS

export type FeedbackGaugesOptions = {
  catalog: ModelCatalog
  log: Pick<PredictionLog, 'judgedSince'>
  instruments: Pick<Instruments, 'feedbackAccuracy' | 'feedbackSamples'>
  logger: Logger
  /** Milliseconds since 1970. */
  now?: () => number
}

/**
 * Accuracy of each served version by the feedback on its predictions of the last seven days.
 * Call what it returns before each scrape: it asks the database at most once a minute and does not wait, so
 * that a page shows what was known when the minute began, and an ailing database delays nothing.
 */
export const createFeedbackGauges = (options: FeedbackGaugesOptions): (() => void) => {
  const { catalog, log, instruments, logger, now = Date.now } = options
  const served = versionLabels(catalog)
  const set = (labels: (typeof served)[number], instances: number, correct: number): void => {
    instruments.feedbackSamples.record(instances, labels)
    // Not a number where nobody said anything: neither a share of nothing nor what was true last week.
    instruments.feedbackAccuracy.record(instances === 0 ? Number.NaN : correct / instances, labels)
  }
  for (const labels of served) set(labels, 0, 0)

  const read = async (time: number): Promise<void> => {
    const totals = await log.judgedSince(new Date(time - PERIOD_MS))
    for (const labels of served) {
      const found = totals.find(
        ({ model, version }) => model === labels.model_name && version === labels.version,
      )
      set(labels, found?.instances ?? 0, found?.correct ?? 0)
    }
  }

  return atMostEvery({ pauseMs: MINUTE_MS, now, logger, failure: 'feedback not read' }, read)
}
