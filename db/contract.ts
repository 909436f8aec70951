import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import type { Database } from './database.ts'
import { models, modelVersions, predictionFeedback, predictions } from './schema.ts'
import { describeFeedback } from './testing/feedback-contract.ts'
import { describeHistory } from './testing/history-contract.ts'
import { describeLoggedRows } from './testing/logged-rows-contract.ts'
import { describeModelVersions } from './testing/model-versions-contract.ts'
import { describePlans } from './testing/plans-contract.ts'
import { describeSink } from './testing/sink-contract.ts'

/** What every database must do: run once for each driver. `open` gives a migrated, empty database. */
export const describeDatabase = (name: string, open: () => Promise<Database>): void => {
  describe(name, () => {
    let opened: Database
    const database = () => opened

    beforeAll(async () => {
      opened = await open()
    })
    beforeEach(() => opened.handle.execute(truncation))
    afterAll(() => opened.close())

    describeModelVersions(database)
    describeSink(database)
    describeHistory(database)
    describeFeedback(database)
    describeLoggedRows(database)
    describePlans(database)
  })
}

const truncation = sql`truncate ${predictionFeedback}, ${predictions}, ${modelVersions}, ${models}`
