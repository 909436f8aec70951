import { eq, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
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
    // The clock is read when the row is locked; now() would be the time of who came first to the lock's queue.
    await handle.execute(sql`
      with given as (
        update ${predictions} set feedback = ${value}, feedback_at = clock_timestamp()
        where id = ${id}::uuid and feedback is distinct from ${value}
        returning id, feedback, feedback_at
      ), kept as (
        insert into ${predictionFeedback} (prediction_id, value, created_at)
        select id, feedback, feedback_at from given
      )
      select`)
    const [row] = await handle
      .select({ feedbackAt: predictions.feedbackAt })
      .from(predictions)
      .where(eq(predictions.id, id))
    return row?.feedbackAt ?? null
  })
