import { sql } from 'drizzle-orm'
import { openDatabase } from './client.ts'
import type { DatabaseOptions } from './database.ts'
import {
  deleteOlderThan,
  deletePrediction,
  findPrediction,
  listPredictions,
  type HistoryQuery,
} from './history.ts'
import { registerModelVersion, type ModelVersion } from './model-versions.ts'
import { createPredictionSink } from './prediction-sink.ts'

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
