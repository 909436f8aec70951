import { sql } from 'drizzle-orm'
import { openDatabase } from './client.ts'
import type { DatabaseOptions } from './database.ts'
import { giveFeedback, type Feedback } from './feedback.ts'
import {
  deleteOlderThan,
  deletePrediction,
  findPrediction,
  listPredictions,
  type HistoryQuery,
} from './history.ts'
import { listLabelled, type LabelledQuery } from './labelled.ts'
import { countLoggedRows } from './logged-rows.ts'
import { registerModelVersion, type ModelVersion } from './model-versions.ts'
import { createPredictionSink } from './prediction-sink.ts'
import { readJudgedSince, readQuality, type Period } from './quality.ts'

/**
 * All that the platform asks of the prediction log, behind one import: what is below takes 400 ms to load,
 * which a process can spend on loading its model. Throws as `openDatabase` does.
 */
export const openPredictionDatabase = async (options: DatabaseOptions) => {
  const database = await openDatabase(options)
  return {
    ...createPredictionSink(database),
    find: (id: string) => findPrediction(database, id),
    list: (query: HistoryQuery) => listPredictions(database, query),
    delete: (id: string) => deletePrediction(database, id),
    deleteOlderThan: (date: Date, batchSize: number) => deleteOlderThan(database, date, batchSize),
    giveFeedback: (id: string, feedback: Feedback) => giveFeedback(database, id, feedback),
    labelled: (query: LabelledQuery) => listLabelled(database, query),
    quality: (period: Period) => readQuality(database, period),
    judgedSince: (from: Date) => readJudgedSince(database, from),
    countLoggedRows: (after: Date, until: Date) => countLoggedRows(database, after, until),
    register: (version: ModelVersion) => registerModelVersion(database, version),
    /** Whether the database answers. */
    reachable: () =>
      database.handle.execute(sql`select 1`).then(
        () => true,
        () => false,
      ),
    pool: database.pool,
    close: database.close,
  }
}

export type PredictionDatabase = Awaited<ReturnType<typeof openPredictionDatabase>>
