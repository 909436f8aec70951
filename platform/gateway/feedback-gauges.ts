import type { JudgedBin } from '#db/quality.ts'
import type { Logger } from '#observability/logger.ts'
import type { Instruments } from '#observability/instruments.ts'
import { atMostEvery } from './at-most-every.ts'
import { versionLabels, type ModelCatalog } from './model-catalog.ts'
import type { PredictionLog } from './prediction-log.ts'
import { measureQuality } from './quality-measures.ts'

const MINUTE_MS = 60_000
const PERIOD_MS = 7 * 24 * 60 * MINUTE_MS

export type FeedbackGaugesOptions = {
  catalog: ModelCatalog
  log: Pick<PredictionLog, 'judgedSince'>
  instruments: Pick<
    Instruments,
    'feedbackAccuracy' | 'feedbackCalibrationError' | 'feedbackSamples'
  >
  logger: Logger
  /** Milliseconds since 1970. */
  now?: () => number
}

/**
 * Accuracy and calibration of each served version by the feedback on its predictions of the last seven days.
 * Call what it returns before each scrape: it asks the database at most once a minute and does not wait, so
 * that a page shows what was known when the minute began, and an ailing database delays nothing.
 */
export const createFeedbackGauges = (options: FeedbackGaugesOptions): (() => void) => {
  const { catalog, log, instruments, logger, now = Date.now } = options
  const served = versionLabels(catalog)
  const set = (labels: (typeof served)[number], judged: readonly JudgedBin[]): void => {
    const quality = measureQuality([], judged)
    instruments.feedbackSamples.record(quality.labelled_instances, labels)
    // Not a number where nobody said anything: neither a share of nothing nor what was true last week.
    instruments.feedbackAccuracy.record(quality.accuracy ?? Number.NaN, labels)
    const calibrationError = quality.expected_calibration_error ?? Number.NaN
    instruments.feedbackCalibrationError.record(calibrationError, labels)
  }
  for (const labels of served) set(labels, [])

  const read = async (time: number): Promise<void> => {
    const judged = await log.judgedSince(new Date(time - PERIOD_MS))
    for (const labels of served) {
      const isOwn = ({ model, version }: (typeof judged)[number]): boolean =>
        model === labels.model_name && version === labels.version
      set(labels, judged.filter(isOwn))
    }
  }

  return atMostEvery({ pauseMs: MINUTE_MS, now, logger, failure: 'feedback not read' }, read)
}
