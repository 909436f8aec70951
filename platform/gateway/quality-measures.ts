import type { AnswerCount, JudgedBin } from '#db/quality.ts'

/** Of the standard normal distribution, for 95 % on both sides. */
const Z = 1.959964

/** Wilson's 95 % interval of a share (Wilson, 1927): inside 0 to 1, and honest about few. Null of none. */
export const wilsonInterval = (successes: number, trials: number): [number, number] | null => {
  if (trials === 0) return null
  const share = successes / trials
  const spread = Z ** 2 / trials
  const middle = share + spread / 2
  const margin = Z * Math.sqrt((share * (1 - share)) / trials + spread / (4 * trials))
  // At the ends the bound is exact, and rounding must not leave it.
  const low = successes === 0 ? 0 : (middle - margin) / (1 + spread)
  const high = successes === trials ? 1 : (middle + margin) / (1 + spread)
  return [low, high]
}

const total = <Row>(rows: readonly Row[], value: (row: Row) => number): number =>
  rows.reduce((sum, row) => sum + value(row), 0)

/** Mean distance of confidence from accuracy over bins of confidence (Naeini et al., 2015); null without any. */
export const calibrationError = (judged: readonly JudgedBin[]): number | null => {
  const bins = Map.groupBy(
    judged.filter(({ bin }) => bin !== null),
    ({ bin }) => bin,
  )
  const rows = total([...bins.values()].flat(), ({ instances }) => instances)
  if (rows === 0) return null
  const distance = total([...bins.values()], (bin) =>
    Math.abs(total(bin, ({ confidenceSum, correct }) => confidenceSum - correct)),
  )
  return distance / rows
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

/** The quality of what was answered and judged, whatever buckets it comes from. */
export const measureQuality = (answers: readonly AnswerCount[], judged: readonly JudgedBin[]) => {
  const instances = total(judged, (row) => row.instances)
  const correct = total(judged, (row) => row.correct)
  return {
    predictions: total(answers, (row) => row.predictions),
    labelled_predictions: total(answers, (row) => row.labelledPredictions),
    labelled_instances: instances,
    accuracy: share(correct, instances),
    accuracy_interval_95: wilsonInterval(correct, instances),
    mean_confidence: share(
      total(answers, (row) => row.confidenceSum),
      total(answers, (row) => row.confidences),
    ),
    expected_calibration_error: calibrationError(judged),
  }
}
