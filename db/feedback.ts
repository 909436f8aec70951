import { sql } from 'drizzle-orm'
import { rowsOf, type Database } from './database.ts'
import { withCodeOnly } from './errors.ts'
import { predictionFeedback, predictions } from './schema.ts'
import { isUuid } from './uuid.ts'

/** What somebody said of one instance of a prediction, beside what was answered. */
export type JudgedInstance = {
  /** What it should have been; null where nobody knows, absent for models without labels. */
  label?: string | null
  answer?: string
  /** Of the answer, 0 to 1. */
  confidence?: number
  /** Null where nobody knows. */
  correct: boolean | null
}

/** Judged when it is given, so that no query needs to know what a model's answer looks like. */
export type Feedback = { instances: JudgedInstance[] }

/**
 * Makes this the feedback of a prediction and adds it to the history; saying the same again changes nothing.
 * The row's lock puts several at once in an order, in the history too: the last one stands.
 * Returns when the feedback was given, or null when there is no such prediction. Throws DatabaseError.
 */
export const giveFeedback = (
  { handle }: Database,
  id: string,
  feedback: Feedback,
): Promise<Date | null> =>
  withCodeOnly(async () => {
    if (!isUuid(id)) return null
    const value = sql`${JSON.stringify(feedback)}::jsonb`
    // The row is locked before it is compared: what stands is then nobody else's doing until the end. The clock is
    // read when it is locked; now() would be the time of who came first to the lock's queue.
    const result = await handle.execute(sql`
      with standing as (
        select id, feedback is distinct from ${value} as changes, feedback_at from ${predictions}
        where id = ${id}::uuid
        for no key update
      ), given as (
        update ${predictions} set feedback = ${value}, feedback_at = clock_timestamp()
        from standing
        where ${predictions.id} = standing.id and standing.changes
        returning ${predictions.id}, ${predictions.feedback}, ${predictions.feedbackAt}
      ), kept as (
        insert into ${predictionFeedback} (prediction_id, value, created_at)
        select id, feedback, feedback_at from given
      )
      select coalesce(given.feedback_at, standing.feedback_at) as feedback_at
      from standing left join given using (id)`)
    const [row] = rowsOf<{ feedback_at: string }>(result)
    return row === undefined ? null : new Date(row.feedback_at)
  })
