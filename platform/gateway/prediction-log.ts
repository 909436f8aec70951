import type { Feedback } from '#db/feedback.ts'
import type { HistoryQuery, StoredPrediction } from '#db/history.ts'
import type { LabelledQuery } from '#db/labelled.ts'
import type { LoggedRows } from '#db/logged-rows.ts'
import type { AnswerCount, JudgedInBucket, JudgedOfVersion, Period } from '#db/quality.ts'

/** The gateway's view of the prediction log: it reads, judges and deletes; functions write. */
export type PredictionLog = {
  find(id: string): Promise<StoredPrediction | null>
  /** Newest first; throws InvalidCursorError on a cursor that `list` did not make. */
  list(query: HistoryQuery): Promise<{ predictions: StoredPrediction[]; nextCursor: string | null }>
  /** When this was given first; null when there is no such row. */
  giveFeedback(id: string, feedback: Feedback): Promise<Date | null>
  /** What has feedback, oldest first; throws InvalidCursorError on a cursor that it did not make. */
  labelled(
    query: LabelledQuery,
  ): Promise<{ rows: AsyncIterable<StoredPrediction>; nextCursor: string | null }>
  quality(period: Period): Promise<{ answers: AnswerCount[]; judged: JudgedInBucket[] }>
  judgedSince(from: Date): Promise<JudgedOfVersion[]>
  /** By version: rows created after a time, and how many of these until another one. */
  countLoggedRows(after: Date, until: Date): Promise<LoggedRows[]>
  /** Whether there was such a row. */
  delete(id: string): Promise<boolean>
  /** Whether the database answers. */
  reachable(): Promise<boolean>
}
