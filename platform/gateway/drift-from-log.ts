import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from '#observability/logger.ts'
import type { Instruments } from '#observability/instruments.ts'
import { recordDrift } from '#platform/runtime/drift/record-drift.ts'
import { watchDrift } from '#platform/runtime/drift/watch-drift.ts'
import type { Model } from '#platform/runtime/read-models.ts'
import { readReferenceSketch } from '#platform/runtime/reference-sketch.ts'
import { atMostEvery } from './at-most-every.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { PredictionLog } from './prediction-log.ts'

const PAUSE_MS = 5 * 60_000
const PAGE_ROWS = 200
/** A page is two megabytes at most: so much is read of one version, however long its inputs are. */
const MOST_PAGES = 10

export type DriftFromLogOptions = {
  catalog: ModelCatalog
  log: Pick<PredictionLog, 'list'>
  instruments: Pick<Instruments, 'driftSamples' | 'driftScore' | 'driftChance'>
  /** Instances to compare; 0 compares none. */
  window: number
  logger: Logger
  /** Milliseconds since 1970. */
  now?: () => number
}

type Watched = {
  model: Model
  version: string
  newest: string | undefined
  /** The features that were scored last. */
  scored: readonly string[]
}

/** The latest instances of one version, as its rows tell them; embeddings are not in a row. */
const countLogged = async (
  log: DriftFromLogOptions['log'],
  { model: { card, definition, folder }, version }: Watched,
  window: number,
) => {
  const file = path.join(folder, 'versions', version, 'reference.json')
  const sketch = readReferenceSketch(JSON.parse(await readFile(file, 'utf8')), file)
  const watch = watchDrift(definition, sketch, window)
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES && watch.samples < window; page++) {
    const { predictions, nextCursor } = await log.list({
      model: card.name,
      version,
      limit: PAGE_ROWS,
      cursor,
    })
    for (const { status, input, output } of predictions) {
      if (status !== 200 || watch.samples >= window) continue
      // An input that is kept as a hash does not parse, nor do rows of another handler's shapes.
      const asked = definition.input.safeParse(input)
      const answered = definition.answer.safeParse(output)
      if (asked.success && answered.success) watch.count(asked.data, answered.data)
    }
    if (nextCursor === null) break
    cursor = nextCursor
  }
  return watch
}

/**
 * The drift of each version by its logged predictions, labelled `source="log"`: known while its
 * function sleeps, too. Call what it returns before each scrape: it reads at most every five
 * minutes, versions whose newest row is another one only, and does not wait.
 */
export const createDriftFromLog = (options: DriftFromLogOptions): (() => void) => {
  const { catalog, log, instruments, window, logger, now = Date.now } = options
  if (window === 0) return () => {}
  const watched = catalog.models.flatMap((model): Watched[] =>
    Object.entries(model.card.versions)
      .filter(([, { files }]) => 'reference.json' in files)
      .map(([version]) => ({ model, version, newest: undefined, scored: [] })),
  )

  const read = async (one: Watched): Promise<void> => {
    const { model, version } = one
    const labels = { model_name: model.card.name, version, source: 'log' }
    try {
      const latest = await log.list({ model: model.card.name, version, limit: 1 })
      const newest = latest.predictions[0]?.id
      if (newest === one.newest) return
      const watch = await countLogged(log, one, window)
      const scores = watch.scores()
      const scored = scores.map(({ feature }) => feature)
      // Not a number where too few rows are left: no index, and not what was true of those that are gone.
      const ended = one.scored
        .filter((feature) => !scored.includes(feature))
        .map((feature) => ({ feature, score: Number.NaN, chance: Number.NaN }))
      recordDrift(instruments, labels, {
        samples: watch.samples,
        scores: () => [...scores, ...ended],
      })
      one.newest = newest
      one.scored = scored
    } catch (thrown) {
      logger.warn({ ...labels, reason: (thrown as Error).message }, 'drift not read')
    }
  }
  const readAll = async (): Promise<void> => {
    for (const one of watched) await read(one)
  }

  return atMostEvery({ pauseMs: PAUSE_MS, now, logger, failure: 'drift not read' }, readAll)
}
