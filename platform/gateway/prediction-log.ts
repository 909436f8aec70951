import type { HistoryQuery } from '#db/history.ts'
import type { PredictionRecord } from '#platform/runtime/prediction-record.ts'

/** The gateway's view of the prediction log: it reads and deletes, functions write. */
export type PredictionLog = {
  find(id: string): Promise<PredictionRecord | null>
  /** Newest first; throws InvalidCursorError on a cursor that `list` did not make. */
  list(query: HistoryQuery): Promise<{ predictions: PredictionRecord[]; nextCursor: string | null }>
  /** Whether there was such a row. */
  delete(id: string): Promise<boolean>
  /** Whether the database answers. */
  reachable(): Promise<boolean>
}
