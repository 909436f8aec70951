import path from 'node:path'
import { DirectoryInUseError } from '#platform/directory-lock.ts'
import { DatabaseUnavailableError } from '#db/errors.ts'
import type { PredictionDatabase } from '#db/prediction-database.ts'
import type { Logger } from '#observability/logger.ts'
import type { Instruments } from '#observability/instruments.ts'
import { CONNECTION_STATES, RECORD_EVENTS, type ConnectionState } from '#observability/labels.ts'
import type { Telemetry } from '#observability/telemetry.ts'
import type { Tracing } from '#observability/tracing.ts'
import type { Config } from '#platform/config.ts'
import type { PredictionLog } from '#platform/gateway/prediction-log.ts'
import { createRecorder, openSpill } from '#platform/runtime/recorder/recorder.ts'
import type { Spill } from '#platform/runtime/recorder/spill.ts'
import type { Model } from '#platform/runtime/read-models.ts'
import type { Recorder } from '#platform/runtime/record.ts'
import { StartError } from './start-error.ts'
import { traceWrites } from './trace-database.ts'
import { watchDatabase } from './watch-database.ts'

export type Storage = {
  /**
   * Resolves when the database can be used, or at once when it is opened with the first record;
   * rejects with StartError when it cannot be used.
   */
  readonly opened: Promise<void>
  readonly recorder: Recorder
  readonly log: PredictionLog
  /** Writes models and versions with their descriptions, in the background, once the database is open. */
  register(models: readonly Model[]): void
  /** Writes what waits, for at most `milliseconds`, puts the rest on the disk, closes the database. */
  close(milliseconds: number): Promise<void>
}

/** Rows of direct calls gather this long, so that a busy function makes tens of statements a second. */
const LINGER_MS = 25
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Rows of one delete, so that others get their turn. */
const DELETE_BATCH = 1_000

const open = async (config: Config): Promise<PredictionDatabase> => {
  try {
    const { openPredictionDatabase } = await import('#db/prediction-database.ts')
    return await openPredictionDatabase({
      url: config.DATABASE_URL,
      directory: config.DATA_DIRECTORY,
      poolSize: config.DATABASE_POOL,
      migrate: config.MIGRATE,
      address: `http://${config.HOST}:${config.PORT}`,
    })
  } catch (thrown) {
    const isForPeople =
      thrown instanceof DirectoryInUseError || thrown instanceof DatabaseUnavailableError
    throw isForPeople ? new StartError(thrown.message, { cause: thrown }) : thrown
  }
}

/** Deletes what is older than `days` now and every hour; returns how to stop. */
const keepFor = (
  days: number,
  database: PredictionDatabase,
  logger: Logger,
  instruments: Instruments,
): (() => void) => {
  if (days === 0) return () => {}
  const clean = (): void => {
    database.deleteOlderThan(new Date(Date.now() - days * DAY_MS), DELETE_BATCH).then(
      (rows) => {
        instruments.records.add(rows, { event: 'deleted' })
        if (rows > 0) logger.info({ rows, days }, 'old predictions deleted')
      },
      (thrown: Error) => logger.warn({ reason: thrown.message }, 'old predictions not deleted'),
    )
  }
  clean()
  const timer = setInterval(clean, HOUR_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Rows of the tables models and model_versions, as the cards have them. */
const registerAll = async (
  database: PredictionDatabase,
  models: readonly Model[],
): Promise<void> => {
  for (const { card } of models) {
    const { name: model, description, versions } = card
    for (const version of Object.keys(versions)) {
      const artifactPath = `functions/${model}/versions/${version}/model.onnx`
      await database.register({ model, description, version, artifactPath })
    }
  }
}

/** Without a folder that can be written records wait in memory only. */
const openSpillOrNone = (config: Config, logger: Logger): Spill | null => {
  const bytes = config.RECORD_SPILL_BYTES
  if (bytes === 0) return null
  try {
    return openSpill({ directory: path.join(config.DATA_DIRECTORY, 'spill'), bytes })
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    logger.warn({ code, directory: config.DATA_DIRECTORY }, 'records cannot be kept on disk')
    return null
  }
}

/**
 * Begins to open the database, and makes what stands on it: the recorder that functions write to, and the
 * log that the gateway reads. Both may be used at once and wait for the database. A function that has nothing
 * to migrate opens it with its first record: the driver takes longer to load than a model, and a function
 * that wakes has an answer to give first.
 */
export const openStorage = (
  config: Config,
  logger: Logger,
  telemetry: Telemetry,
  instruments: Instruments,
  tracing: Tracing,
): Storage => {
  const isFunction = config.ROLE === 'function'
  let stopCleaning = (): void => {}
  let models: readonly Model[] = []
  let opening: Promise<PredictionDatabase> | undefined
  let current: PredictionDatabase | undefined

  const registerModels = (database: PredictionDatabase): void => {
    registerAll(database, models).catch((thrown: Error) =>
      logger.warn({ reason: thrown.message }, 'models not registered'),
    )
  }
  const begin = (database: PredictionDatabase): PredictionDatabase => {
    current = database
    // One process is enough to clean, and the gateway does not sleep.
    if (!isFunction) {
      stopCleaning = keepFor(config.RETENTION_DAYS, database, logger, instruments)
    }
    telemetry.beforeCollect(() => {
      const { size, inUse, waiting } = database.pool()
      const counted: Record<ConnectionState, number> = { size, in_use: inUse, waiting }
      for (const state of CONNECTION_STATES) {
        instruments.databaseConnections.record(counted[state], { state })
      }
    })
    registerModels(database)
    return database
  }
  const database = (): Promise<PredictionDatabase> => (opening ??= open(config).then(begin))
  const watched = watchDatabase(instruments, database)

  const isLater = isFunction && config.MIGRATE === 'never' && config.DATABASE_URL !== ''
  const opened = isLater ? Promise.resolve() : database().then(watched.probe)
  for (const event of RECORD_EVENTS) instruments.records.add(0, { event })
  const spill = openSpillOrNone(config, logger)
  const recorder = createRecorder({
    sink: traceWrites(tracing, watched),
    capacity: config.RECORD_QUEUE,
    spill,
    linger: LINGER_MS,
    onCount: ({ event, rows }) => instruments.records.add(rows, { event }),
    onFailure: (failure) => logger.warn(failure, 'records not written'),
  })
  telemetry.beforeCollect(() => {
    instruments.recordsQueued.record(recorder.queued)
    // A function learns it from its writes: one that has nothing to write needs no connection.
    if (!isFunction && current !== undefined) watched.probe()
  })
  return {
    opened,
    recorder,
    register: (served) => {
      models = served
      if (current !== undefined) registerModels(current)
    },
    log: {
      find: async (id) => (await database()).find(id),
      list: async (query) => (await database()).list(query),
      delete: async (id) => (await database()).delete(id),
      giveFeedback: async (id, feedback) => (await database()).giveFeedback(id, feedback),
      labelled: async (query) => (await database()).labelled(query),
      quality: async (period) => (await database()).quality(period),
      judgedSince: async (from) => (await database()).judgedSince(from),
      countLoggedRows: async (after, until) => (await database()).countLoggedRows(after, until),
      reachable: watched.reachable,
    },
    close: async (milliseconds) => {
      await opening?.catch(() => {})
      // Only now: cleaning begins when the database is open.
      stopCleaning()
      const hasFailed = opening !== undefined && current === undefined
      const { left } = await recorder.flush(hasFailed ? 0 : milliseconds)
      await recorder.close()
      const bytes = spill?.bytes ?? 0
      if (left > 0 || bytes > 0) {
        // Those of memory are on the disk by now, as far as there is room.
        const waiting = { rows_in_memory: left, bytes_on_disk: bytes }
        logger.warn(waiting, 'stopped with records that are not written')
      }
      await current?.close()
    },
  }
}
