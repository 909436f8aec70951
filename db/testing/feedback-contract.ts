import { asc, eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import type { Database } from '../database.ts'
import { giveFeedback, type Feedback } from '../feedback.ts'
import { deletePrediction, findPrediction, InvalidCursorError } from '../history.ts'
import { listLabelled } from '../labelled.ts'
import { createPredictionSink } from '../prediction-sink.ts'
import { readJudgedSince, readQuality } from '../quality.ts'
import { predictionFeedback } from '../schema.ts'
import { encodedRecordWith } from './records.ts'

const judged = (label: string, confidence = 0.9): Feedback => ({
  instances: [{ label, answer: 'setosa', confidence, correct: label === 'setosa' }],
})

const write = async (database: Database, fields = {}): Promise<string> => {
  const record = encodedRecordWith(fields)
  await createPredictionSink(database).write([record])
  return record.id
}

const historyOf = async ({ handle }: Database, id: string) => {
  const rows = await handle
    .select()
    .from(predictionFeedback)
    .where(eq(predictionFeedback.predictionId, id))
    .orderBy(asc(predictionFeedback.id))
  return rows.map(({ value, createdAt }) => ({ value, createdAt }))
}

const hour = (hours: number): Date => new Date(Date.UTC(2026, 2, 1) + hours * 3_600_000)

export const describeFeedback = (database: () => Database): void => {
  describe('feedback', () => {
    it('stands in the row, the last one, and all of it in the history', async () => {
      const id = await write(database())
      const first = await giveFeedback(database(), id, judged('virginica'))
      const second = await giveFeedback(database(), id, judged('setosa'))
      expect(await findPrediction(database(), id)).toMatchObject({
        feedback: judged('setosa'),
        feedbackAt: second,
      })
      expect(await historyOf(database(), id)).toEqual([
        { value: judged('virginica'), createdAt: first },
        { value: judged('setosa'), createdAt: second },
      ])
    })

    it('that is given again changes neither row, time nor history', async () => {
      const id = await write(database())
      const first = await giveFeedback(database(), id, judged('setosa'))
      expect(first).toBeInstanceOf(Date)
      expect(await giveFeedback(database(), id, judged('setosa'))).toEqual(first)
      expect(await historyOf(database(), id)).toHaveLength(1)
    })

    it.each([uuidv7(), 'not-a-uuid', "'; drop table predictions; --"])(
      'has nowhere to stand for the id %j',
      async (id) => {
        expect(await giveFeedback(database(), id, judged('setosa'))).toBeNull()
        expect(await historyOf(database(), uuidv7())).toEqual([])
      },
    )

    it('of writers at once is all in the history, whose last is what stands', async () => {
      const id = await write(database())
      const labels = Array.from({ length: 20 }, (_, index) => `label ${index}`)
      await Promise.all(labels.map((label) => giveFeedback(database(), id, judged(label))))
      const history = await historyOf(database(), id)
      const said = history.map(({ value }) => (value as Feedback).instances[0]!.label)
      expect(new Set(said)).toEqual(new Set(labels))
      expect(said).toHaveLength(labels.length)
      const times = history.map(({ createdAt }) => createdAt.getTime())
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(await findPrediction(database(), id)).toMatchObject({
        feedback: history.at(-1)!.value,
        feedbackAt: history.at(-1)!.createdAt,
      })
    })

    it('of writers at once is answered with the time of their own words', async () => {
      const id = await write(database())
      const answered = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const value = judged(`label ${index}`)
          return { value, createdAt: await giveFeedback(database(), id, value) }
        }),
      )
      expect(await historyOf(database(), id)).toEqual(expect.arrayContaining(answered))
    })

    it('of writers at once who say the same is in the history once', async () => {
      const id = await write(database())
      const times = await Promise.all(
        Array.from({ length: 10 }, () => giveFeedback(database(), id, judged('setosa'))),
      )
      expect(new Set(times.map((time) => time?.getTime())).size).toBe(1)
      expect(await historyOf(database(), id)).toHaveLength(1)
    })

    it('goes with its prediction', async () => {
      const id = await write(database())
      await giveFeedback(database(), id, judged('setosa'))
      expect(await deletePrediction(database(), id)).toBe(true)
      expect(await historyOf(database(), id)).toEqual([])
    })
  })

  describe('quality', () => {
    const day = { model: 'iris', from: hour(0), to: hour(24), bucket: 'hour' } as const

    it('counts answers and judged instances by version, hour and bin of confidence', async () => {
      const at = (hours: number, fields = {}) =>
        write(database(), { createdAt: hour(hours), confidence: 0.75, ...fields })
      const right = await at(1)
      const wrong = await at(1.5)
      await at(3, { confidence: null })
      const other = await at(1, { version: '2.0.0' })
      await at(1, { status: 500, output: null })
      await at(1, { model: 'digits' })
      await at(24)
      await giveFeedback(database(), right, judged('setosa', 0.75))
      await giveFeedback(database(), wrong, judged('virginica', 0.25))
      const several: Feedback = {
        instances: [{ correct: true }, { correct: null }, { correct: true, confidence: 1 }],
      }
      await giveFeedback(database(), other, several)

      const { answers, judged: bins } = await readQuality(database(), day)
      const start = hour(1).getTime()
      const twice = { predictions: 2, labelledPredictions: 2, confidences: 2, confidenceSum: 1.5 }
      const once = { predictions: 1, labelledPredictions: 1, confidences: 1, confidenceSum: 0.75 }
      const plain = { predictions: 1, labelledPredictions: 0, confidences: 0, confidenceSum: 0 }
      expect(answers).toEqual([
        { version: '1.0.0', start, ...twice },
        { version: '1.0.0', start: hour(3).getTime(), ...plain },
        { version: '2.0.0', start, ...once },
      ])
      const sorted = bins.toSorted((a, b) => (a.bin ?? -1) - (b.bin ?? -1))
      expect(sorted).toEqual([
        { version: '2.0.0', start, bin: null, instances: 1, correct: 1, confidenceSum: 0 },
        { version: '1.0.0', start, bin: 2, instances: 1, correct: 0, confidenceSum: 0.25 },
        { version: '1.0.0', start, bin: 7, instances: 1, correct: 1, confidenceSum: 0.75 },
        { version: '2.0.0', start, bin: 9, instances: 1, correct: 1, confidenceSum: 1 },
      ])
      const totals = await readJudgedSince(database(), hour(1.25))
      expect(totals).toEqual([
        { model: 'iris', version: '1.0.0', bin: 2, instances: 1, correct: 0, confidenceSum: 0.25 },
      ])
    })

    it('makes days of UTC, whatever the session thinks', async () => {
      await write(database(), { createdAt: hour(23) })
      await write(database(), { createdAt: hour(24) })
      const { answers } = await database().handle.transaction(async (handle) => {
        await handle.execute(sql`set local time zone 'Pacific/Auckland'`)
        return readQuality({ ...database(), handle }, { ...day, to: hour(48), bucket: 'day' })
      })
      expect(answers.map(({ start }) => start)).toEqual([hour(0).getTime(), hour(24).getTime()])
    })
  })

  describe('labelled predictions', () => {
    const pages = async (limit: number, version?: string): Promise<string[]> => {
      const ids: string[] = []
      let cursor: string | undefined
      do {
        const query = { model: 'iris', version, limit, cursor }
        const { rows, nextCursor } = await listLabelled(database(), query)
        const page = (await Array.fromAsync(rows)).map(({ id }) => id)
        expect(page.length).toBeLessThanOrEqual(limit)
        ids.push(...page)
        cursor = nextCursor ?? undefined
      } while (cursor !== undefined)
      return ids
    }

    it('come oldest first, each once, whatever the pages, ties and versions', async () => {
      const ids: string[] = []
      for (let index = 0; index < 40; index += 1) {
        const fields = { createdAt: hour(index >> 2), version: `${1 + (index % 3)}.0.0` }
        const id = await write(database(), fields)
        if (index % 5 === 4) continue
        ids.push(id)
        await giveFeedback(database(), id, judged('setosa'))
      }
      await write(database(), { model: 'digits' })
      for (const limit of [1, 3, 16, 17, 32, 100]) expect(await pages(limit)).toEqual(ids)
      const every = await Promise.all(['1.0.0', '2.0.0', '3.0.0'].map((one) => pages(5, one)))
      expect(every.flat().toSorted()).toEqual(ids.toSorted())
      expect(await pages(5, '9.0.0')).toEqual([])
    })

    it('are not listed from a cursor that is none', async () => {
      const listing = listLabelled(database(), { model: 'iris', limit: 1, cursor: 'forged' })
      await expect(listing).rejects.toThrow(InvalidCursorError)
    })
  })
}
