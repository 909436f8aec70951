import type { Database } from './database.ts'
import { withCodeOnly } from './errors.ts'
import { answersByBucket, judgedByBin, judgedSince, type Period } from './quality-queries.ts'

export type { Bucket, Period } from './quality-queries.ts'

/** Successful answers of one version in one bucket. */
export type AnswerCount = {
  version: string
  /** When the bucket starts, in milliseconds since 1970. */
  start: number
  predictions: number
  labelledPredictions: number
  /** Answers that have a confidence, and the sum of these. */
  confidences: number
  confidenceSum: number
}

/** Judged instances whose confidences lie in one of ten bins. */
export type JudgedBin = {
  /** 0 to 9; null for answers without confidence. */
  bin: number | null
  instances: number
  correct: number
  confidenceSum: number
}

/** Those of one version in one bucket. */
export type JudgedInBucket = JudgedBin & { version: string; start: number }

/** What was answered and judged in a period, by version and bucket. Throws DatabaseError. */
export const readQuality = async (
  { handle }: Database,
  period: Period,
): Promise<{ answers: AnswerCount[]; judged: JudgedInBucket[] }> => ({
  answers: await withCodeOnly(() => answersByBucket(handle, period)),
  judged: await withCodeOnly(() => judgedByBin(handle, period)),
})

export type JudgedOfVersion = JudgedBin & { model: string; version: string }

/** Judged instances of predictions made since a time, by model, version and bin. Throws DatabaseError. */
export const readJudgedSince = ({ handle }: Database, from: Date): Promise<JudgedOfVersion[]> =>
  withCodeOnly(() => judgedSince(handle, from))
