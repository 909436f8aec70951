import type { PredictionDatabase } from '#db/prediction-database.ts'
import type { Instruments } from '#observability/instruments.ts'

/** Writes and asks, and keeps in `database_up` whether the latest of it reached the database. */
export const watchDatabase = (
  { databaseUp }: Instruments,
  database: () => Promise<PredictionDatabase>,
) => {
  const note = (isUp: boolean): void => databaseUp.record(isUp ? 1 : 0)
  let isProbing = false

  const reachable = async (): Promise<boolean> => {
    const isUp = await (await database()).reachable()
    note(isUp)
    return isUp
  }
  const write: PredictionDatabase['write'] = async (records) => {
    try {
      const outcome = await (await database()).write(records)
      note(true)
      return outcome
    } catch (thrown) {
      note(false)
      throw thrown
    }
  }
  return {
    /** Rejects as the database does. */
    write,
    reachable,
    /** In the background, one at a time: that a server is away takes longer to find out than a scrape may. */
    probe: (): void => {
      if (isProbing) return
      isProbing = true
      const end = (): void => {
        isProbing = false
      }
      // A database that does not open at all ends the start, which says so.
      reachable().then(end, end)
    },
  }
}
