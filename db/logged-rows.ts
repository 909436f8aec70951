import { and, eq, gt, lte, sql } from 'drizzle-orm'
import type { Database, Handle } from './database.ts'
import { withCodeOnly } from './errors.ts'
import { models, modelVersions, predictions } from './schema.ts'

/** How many rows of a version were created after `after`, and how many of these until `until`. */
export type LoggedRows = { model: string; version: string; rows: number; settled: number }

/** By each version's own stretch of an index. */
export const loggedRows = (handle: Handle, after: Date, until: Date) => {
  const counts = handle
    .select({
      rows: sql`count(*)`.mapWith(Number).as('rows'),
      settled: sql`count(*) filter (where ${lte(predictions.createdAt, until)})`
        .mapWith(Number)
        .as('settled'),
    })
    .from(predictions)
    .where(and(eq(predictions.modelVersionId, modelVersions.id), gt(predictions.createdAt, after)))
    .as('counts')
  return handle
    .select({
      model: models.name,
      version: modelVersions.version,
      rows: counts.rows,
      settled: counts.settled,
    })
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .crossJoinLateral(counts)
}

/** Rows of every version that is registered. Throws DatabaseError. */
export const countLoggedRows = ({ handle }: Database, after: Date, until: Date) =>
  withCodeOnly((): Promise<LoggedRows[]> => loggedRows(handle, after, until).execute())
