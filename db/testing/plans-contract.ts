import { sql, type SQLWrapper } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../database.ts'
import { rowsOf } from '../database.ts'
import { deletionOfOldest, newestPredictions, predictionsById } from '../history-queries.ts'
import { loggedRows } from '../logged-rows.ts'
import { oldestLabelled } from '../labelled.ts'
import { answersByBucket, judgedByBin, judgedSince } from '../quality-queries.ts'

const ROWS = 100_000
/** Of so many rows one has feedback. */
const JUDGED_EACH = 100

/** A node of EXPLAIN (ANALYZE, FORMAT JSON), https://www.postgresql.org/docs/current/using-explain.html */
type PlanNode = {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: PlanNode[]
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

const explain = async ({ handle }: Database, query: SQLWrapper): Promise<PlanNode[]> => {
  const result = await handle.execute(sql`explain (analyze, format json) ${query.getSQL()}`)
  const [row] = rowsOf<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(result)
  if (row === undefined) throw new Error('EXPLAIN gave no plan')
  return nodesOf(row['QUERY PLAN'][0].Plan)
}

/** Kinds of access to the predictions, and how many of their rows were read. */
const accessOf = (nodes: PlanNode[]) => {
  const scans = nodes.filter(
    (node) => node['Relation Name'] === 'predictions' && node['Node Type'].endsWith('Scan'),
  )
  const read = scans.map(
    (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
  )
  return {
    kinds: new Set(scans.map((node) => node['Node Type'])),
    rowsRead: read.reduce((sum, rows) => sum + rows, 0),
  }
}

const SOME_ID = '88888888-8888-4888-8888-888888888888'

export const describePlans = (database: () => Database): void => {
  describe('with 100,000 predictions of two models, one of two versions', () => {
    beforeEach(async () => {
      const { handle } = database()
      await handle.execute(sql`
        with model as (
          insert into models (name) values ('iris'), ('digits') returning id, name
        ), version as (
          insert into model_versions (model_id, version)
          select id, '1.0.0' from model union all select id, '2.0.0' from model where name = 'iris'
          returning id
        ), numbered as (
          select id, row_number() over (order by id) - 1 as number from version
        )
        insert into predictions (id, model_version_id, revision, processing_time_ms, status, feedback, created_at)
        select md5(row::text)::uuid, numbered.id, 'local', 1, 200,
          case when row % ${JUDGED_EACH}::int = 0 then '{"instances":[{"correct":true}]}'::jsonb end,
          timestamptz '2026-01-01 00:00Z' + row * interval '1 second'
        from generate_series(1, ${ROWS}::int) as row
        join numbered on numbered.number = row % 3`)
    })

    it('reads by index no more rows of a version than it answers', async () => {
      const { kind, handle } = database()
      // A server collects them by itself, the embedded database never does.
      if (kind === 'server') await handle.execute(sql`analyze`)
      const middle = new Date(Date.UTC(2026, 0, 1) + (ROWS / 2) * 1000)
      const after = { microseconds: BigInt(middle.getTime()) * 1000n, id: SOME_ID }
      const page = { rows: 51 }
      const labelled = { ...page, model: 'iris', version: undefined, after: undefined }
      const seconds = 3_600
      const to = new Date(middle.getTime() + seconds * 1000)
      const hour = { model: 'iris', from: middle, to, bucket: 'hour' } as const
      const queries: [string, SQLWrapper, number][] = [
        ['one by its id', predictionsById(handle, [SOME_ID]), 1],
        ['the newest', newestPredictions(handle, page), 3 * 51],
        ['a page by cursor', newestPredictions(handle, { ...page, after }), 3 * 51],
        ['since a time', newestPredictions(handle, { ...page, from: middle }), 3 * 51],
        ['until a time', newestPredictions(handle, { ...page, to: middle }), 3 * 51],
        ['of a model', newestPredictions(handle, { ...page, model: 'iris' }), 2 * 51],
        [
          'of a model by cursor',
          newestPredictions(handle, { ...page, model: 'iris', after }),
          2 * 51,
        ],
        ['of one version', newestPredictions(handle, { ...page, version: '2.0.0' }), 51],
        ['the oldest with feedback', oldestLabelled(handle, labelled), 2 * 51],
        ['later ones with feedback', oldestLabelled(handle, { ...labelled, after }), 2 * 51],
        ['the answers of an hour', answersByBucket(handle, hour), seconds],
        ['the feedback of an hour', judgedByBin(handle, hour), seconds / JUDGED_EACH],
        [
          'how many in an hour',
          loggedRows(handle, new Date(Date.UTC(2026, 0, 1) + (ROWS - seconds) * 1000), to),
          seconds,
        ],
        ['all feedback since', judgedSince(handle, middle), ROWS / 2 / JUDGED_EACH + 1],
      ]
      for (const [name, query, most] of queries) {
        const { kinds, rowsRead } = accessOf(await explain(database(), query))
        expect(
          [...kinds].filter((scan) => !/^(?:Index|Bitmap)/.test(scan)),
          name,
        ).toEqual([])
        expect(rowsRead, name).toBeLessThanOrEqual(most)
      }
      // The rows that are chosen, and the same once more to delete them.
      const { rowsRead } = accessOf(
        await explain(database(), deletionOfOldest(handle, middle, 500)),
      )
      expect(rowsRead, 'deletion').toBeLessThanOrEqual(2 * 500)
    })
  })
}
