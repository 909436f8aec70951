import type { LoggedRows } from '#db/logged-rows.ts'
import type { Logger } from '#observability/logger.ts'
import type { Instruments } from '#observability/instruments.ts'
import { atMostEvery } from './at-most-every.ts'
import { versionLabels, type ModelCatalog } from './model-catalog.ts'
import type { PredictionLog } from './prediction-log.ts'

const PAUSE_MS = 30_000
/** A row that is written later than this after its prediction, by a recorder without a database, is not counted. */
const LATE_MS = 10 * 60_000

export type LoggedRowCounterOptions = {
  catalog: ModelCatalog
  log: Pick<PredictionLog, 'countLoggedRows'>
  instruments: Pick<Instruments, 'loggedRows'>
  logger: Logger
  /** Milliseconds since 1970. */
  now?: () => number
}

const keyOf = (model: string, version: string): string => `${model} ${version}`

/**
 * Counts the log's rows of each served version from now on: direct calls too, and those of functions that sleep again
 * before they are scraped. Call what it returns before each scrape: it asks the database at most every
 * half a minute, for the rows of the last ten, and does not wait.
 */
export const createLoggedRowCounter = (options: LoggedRowCounterOptions): (() => void) => {
  const { catalog, log, instruments, logger, now = Date.now } = options
  const served = versionLabels(catalog)
  for (const labels of served) instruments.loggedRows.add(0, labels)

  let after = now() - LATE_MS
  /** Rows after `after` that are counted already; null before the first look, which only learns what there was. */
  let counted: Map<string, number> | null = null

  const count = (found: readonly LoggedRows[], until: number): void => {
    const rowsOf = new Map(found.map((one) => [keyOf(one.model, one.version), one]))
    const next = new Map<string, number>()
    for (const labels of served) {
      const key = keyOf(labels.model_name, labels.version)
      const { rows, settled } = rowsOf.get(key) ?? { rows: 0, settled: 0 }
      // Fewer than before when some were deleted: nothing was predicted then.
      const added = counted === null ? 0 : Math.max(0, rows - (counted.get(key) ?? 0))
      instruments.loggedRows.add(added, labels)
      next.set(key, rows - settled)
    }
    counted = next
    after = until
  }

  return atMostEvery(
    { pauseMs: PAUSE_MS, now, logger, failure: 'log not counted' },
    async (time) => {
      const until = time - LATE_MS
      count(await log.countLoggedRows(new Date(after), new Date(until)), until)
    },
  )
}
