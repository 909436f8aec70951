import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import type { Database } from '../database.ts'
import { rowsOf } from '../database.ts'
import {
  deleteOlderThan,
  deletePrediction,
  findPrediction,
  InvalidCursorError,
  listPredictions,
  type HistoryQuery,
} from '../history.ts'
import { encodeCursor } from '../history-cursor.ts'
import { createPredictionSink } from '../prediction-sink.ts'
import { predictions } from '../schema.ts'
import { encodedRecordWith } from './records.ts'

const minute = (minutes: number) => new Date(Date.UTC(2026, 2, 1, 12, minutes))

/** Writes records of the given minutes and returns their ids in the same order. */
const writeAt = async (database: Database, minutes: number[], fields = {}): Promise<string[]> => {
  const records = minutes.map((at) => encodedRecordWith({ createdAt: minute(at), ...fields }))
  await createPredictionSink(database).write(records)
  return records.map(({ id }) => id)
}

const idsOf = async (database: Database, query: Partial<HistoryQuery>): Promise<string[]> => {
  const page = await listPredictions(database, { limit: 50, ...query })
  return page.predictions.map(({ id }) => id)
}

const allPages = async (database: Database, query: HistoryQuery): Promise<string[]> => {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await listPredictions(database, { ...query, cursor })
    expect(page.predictions.length).toBeLessThanOrEqual(query.limit)
    ids.push(...page.predictions.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return ids
}

export const describeHistory = (database: () => Database): void => {
  describe('the history', () => {
    it.each([uuidv7(), 'not-a-uuid', '', "'; drop table predictions; --"])(
      'has no prediction of the id %j',
      async (id) => {
        expect(await findPrediction(database(), id)).toBeNull()
        expect(await deletePrediction(database(), id)).toBe(false)
      },
    )

    it('lists the newest first', async () => {
      const [first, third, second] = await writeAt(database(), [1, 3, 2])
      expect(await idsOf(database(), {})).toEqual([third, second, first])
    })

    it('lists one model, over all its versions', async () => {
      const [old] = await writeAt(database(), [1], { version: '1.0.0' })
      const [newer] = await writeAt(database(), [2], { version: '2.0.0' })
      await writeAt(database(), [3], { model: 'digits' })
      expect(await idsOf(database(), { model: 'iris' })).toEqual([newer, old])
      expect(await idsOf(database(), { model: 'iris', version: '1.0.0' })).toEqual([old])
      expect(await idsOf(database(), { model: 'iris', version: '9.0.0' })).toEqual([])
      expect(await idsOf(database(), { model: 'nothing' })).toEqual([])
    })

    it('takes its earliest time inclusive and its latest exclusive', async () => {
      const [, second, third] = await writeAt(database(), [1, 2, 3, 4])
      const range = { from: minute(2), to: minute(4) }
      expect(await idsOf(database(), range)).toEqual([third, second])
      expect(await idsOf(database(), { ...range, model: 'iris' })).toEqual([third, second])
    })

    it('ends exactly at the last row', async () => {
      await writeAt(database(), [1, 2, 3, 4])
      const first = await listPredictions(database(), { limit: 2 })
      expect(first.nextCursor).not.toBeNull()
      const cursor = first.nextCursor ?? undefined
      expect(await listPredictions(database(), { limit: 2, cursor })).toMatchObject({
        nextCursor: null,
      })
    })

    it('ends a page of large rows early, and loses none of them', async () => {
      const minutes = Array.from({ length: 20 }, (_, index) => index)
      const ids = await writeAt(database(), minutes, { input: { text: 'x'.repeat(500_000) } })
      const page = await listPredictions(database(), { limit: 20 })
      expect(page.predictions.length).toBeLessThan(10)
      expect(await allPages(database(), { limit: 20 })).toEqual(ids.toReversed())
    })

    it('neither shifts nor repeats a page when rows are added meanwhile', async () => {
      const [first, second, third] = await writeAt(database(), [1, 2, 3])
      const page = await listPredictions(database(), { limit: 1 })
      expect(page.predictions.map(({ id }) => id)).toEqual([third])
      await writeAt(database(), [4, 5])
      const rest = await idsOf(database(), { cursor: page.nextCursor ?? undefined })
      expect(rest).toEqual([second, first])
    })

    it('refuses a cursor that it did not give out', async () => {
      await writeAt(database(), [1, 2])
      const { nextCursor } = await listPredictions(database(), { limit: 1 })
      const good = nextCursor ?? ''
      const swapped = (good.startsWith('B') ? 'C' : 'B') + good.slice(1)
      const outOfRange = encodeCursor({ microseconds: 2n ** 62n, id: uuidv7() })
      const forged = ['', 'x', 'null', good.slice(1), `${good}A`, `${good}=`, ` ${good}`, swapped]
      for (const cursor of [...forged, outOfRange, "' or 1=1 --", '\u0000', 'é'.repeat(40)]) {
        const listing = listPredictions(database(), { limit: 1, cursor })
        await expect(listing, JSON.stringify(cursor)).rejects.toThrow(InvalidCursorError)
      }
    })

    it('deletes one prediction', async () => {
      const [first, second] = await writeAt(database(), [1, 2])
      expect(await deletePrediction(database(), first ?? '')).toBe(true)
      expect(await deletePrediction(database(), first ?? '')).toBe(false)
      expect(await idsOf(database(), {})).toEqual([second])
    })

    it('deletes what is older than a time, in batches of any size', async () => {
      const minutes = [1, 2, 3, 4, 5, 6]
      for (const batchSize of [1, 2, 4, 100]) {
        const [, , , , fifth, sixth] = await writeAt(database(), minutes)
        expect(await deleteOlderThan(database(), minute(5), batchSize)).toBe(4)
        expect(await idsOf(database(), {})).toEqual([sixth, fifth])
        expect(await deleteOlderThan(database(), minute(60), batchSize)).toBe(2)
      }
    })

    it('gives every row once, in order, whatever the pages, ties and microseconds', async () => {
      const anyModel = fc.constantFrom('iris', 'digits')
      const anyVersion = fc.constantFrom('1.0.0', '2.0.0')
      const anyRow = fc.record({
        microseconds: fc.integer({ min: 0, max: 12 }),
        model: anyModel,
        version: anyVersion,
      })
      const history = fc.record({
        rows: fc.array(anyRow, { maxLength: 30 }),
        filter: fc.record({ model: anyModel, version: anyVersion }, { requiredKeys: [] }),
        limit: fc.integer({ min: 1, max: 7 }),
      })
      await fc.assert(
        fc.asyncProperty(history, async ({ rows, filter, limit }) => {
          const { model, version } = filter
          const written = await writeAtMicroseconds(database(), rows)
          const expected = written
            .filter((row) => model === undefined || row.model === model)
            .filter((row) => version === undefined || row.version === version)
            .toSorted((a, b) => b.microseconds - a.microseconds || (a.id < b.id ? 1 : -1))
            .map(({ id }) => id)
          expect(await allPages(database(), { limit, ...filter })).toEqual(expected)
        }),
        { numRuns: 40 },
      )
    })
  })
}

type TimedRow = { microseconds: number; model: string; version: string }

/** Replaces all rows; their times differ by less than the milliseconds that a record can say. */
const writeAtMicroseconds = async <Row extends TimedRow>(database: Database, rows: Row[]) => {
  const { handle } = database
  await handle.delete(predictions)
  const records = rows.map(({ model, version }) => encodedRecordWith({ model, version }))
  await createPredictionSink(database).write(records)
  const written = rows.map((row, index) => ({ ...row, id: records[index]?.id ?? '' }))
  const offsets = JSON.stringify(written)
  const result = await handle.execute(sql`
    update predictions set created_at = predictions.created_at + microseconds * interval '1 microsecond'
    from json_to_recordset(${offsets}::json) as offsets(id uuid, microseconds integer)
    where predictions.id = offsets.id returning predictions.id`)
  expect(rowsOf(result)).toHaveLength(rows.length)
  return written
}
