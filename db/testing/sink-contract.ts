import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import type { Database } from '../database.ts'
import { rowsOf } from '../database.ts'
import { DatabaseError } from '../errors.ts'
import { findPrediction } from '../history.ts'
import { registerModelVersion } from '../model-versions.ts'
import { createPredictionSink } from '../prediction-sink.ts'
import { modelVersions, predictionFeedback, predictions } from '../schema.ts'
import { encodedRecordWith, recordWith } from './records.ts'
import { encodeRecord } from '#platform/runtime/recorder/encoded-record.ts'

const countRows = async ({ handle }: Database): Promise<number> => {
  const result = await handle.execute(sql`select count(*)::int as rows from ${predictions}`)
  return rowsOf<{ rows: number }>(result)[0]?.rows ?? 0
}

export const describeSink = (database: () => Database): void => {
  describe('the prediction sink', () => {
    it.each([
      ['a success', recordWith()],
      [
        'a failure',
        recordWith({ output: null, confidence: null, status: 500, errorCode: 'inference_failed' }),
      ],
      [
        'one without input, request and trace',
        recordWith({ input: null, requestId: null, traceId: null }),
      ],
      ['input that is a JSON string of digits', recordWith({ input: '12' })],
      ['input that is false', recordWith({ input: false })],
      [
        'quotes, backslashes, newlines and emoji',
        recordWith({ input: { text: '\'"\\\n\u2028 $1 👩‍🚀' } }),
      ],
      [
        'numbers of full precision',
        recordWith({ confidence: 0.1 + 0.2, input: [5e-324, 2 ** 53] }),
      ],
    ])('gives back %s as it was', async (_, record) => {
      await createPredictionSink(database()).write([encodeRecord(record)])
      const stored = { ...record, feedback: null, feedbackAt: null }
      expect(await findPrediction(database(), record.id)).toEqual(stored)
    })

    it('takes an empty batch', async () => {
      const outcome = await createPredictionSink(database()).write([])
      expect(outcome).toEqual({ written: 0, conflicts: [], refused: [] })
    })

    it('writes several models and versions in one batch', async () => {
      const records = [
        encodedRecordWith({ model: 'iris', version: '1.0.0' }),
        encodedRecordWith({ model: 'iris', version: '2.0.0' }),
        encodedRecordWith({ model: 'digits', version: '1.0.0' }),
      ]
      await createPredictionSink(database()).write(records)
      for (const { id, model, version } of records) {
        expect(await findPrediction(database(), id)).toMatchObject({ model, version })
      }
    })

    it('keeps the description and path of a version that was registered', async () => {
      const version = {
        model: 'iris',
        description: 'Flowers',
        version: '1.0.0',
        artifactPath: 'a/model.onnx',
      }
      const id = await registerModelVersion(database(), version)
      await createPredictionSink(database()).write([encodedRecordWith()])
      const rows = await database().handle.select().from(modelVersions)
      expect(rows).toMatchObject([{ id, artifactPath: 'a/model.onnx' }])
    })

    it('writes an id once and reports the second as a conflict', async () => {
      const sink = createPredictionSink(database())
      const first = encodedRecordWith({ confidence: 0.5 })
      const second = { ...first, confidence: 0.9 }
      const other = encodedRecordWith()
      await sink.write([first])
      expect(await sink.write([second, other])).toEqual({
        written: 1,
        conflicts: [first.id],
        refused: [],
      })
      expect(await findPrediction(database(), first.id)).toMatchObject({ confidence: 0.5 })
    })

    it('refuses exactly the rows that Postgres cannot hold, and writes their neighbours', async () => {
      const records = Array.from({ length: 200 }, () => recordWith())
      const bad = new Map([
        [0, { input: { text: 'a\u0000b' } }],
        [77, { output: { text: '\ud800' } }],
        [78, { input: ['\udc00\ud800'] }],
        [150, { requestId: 'a\u0000b' }],
        [199, { id: 'not-a-uuid' }],
      ])
      const batch = records.map((record, index) => encodeRecord({ ...record, ...bad.get(index) }))
      const { written, conflicts, refused } = await createPredictionSink(database()).write(batch)
      expect({ written, conflicts }).toEqual({ written: 195, conflicts: [] })
      const refusedIds = refused.map(({ id }) => id)
      expect(refusedIds).toEqual([...bad.keys()].map((index) => batch[index]?.id))
      for (const { code } of refused) expect(code).toMatch(/^22/)
      expect(await countRows(database())).toBe(195)
    })

    it('finds a version again that was deleted since', async () => {
      const sink = createPredictionSink(database())
      await sink.write([encodedRecordWith()])
      await database().handle.execute(
        sql`truncate ${predictionFeedback}, ${predictions}, ${modelVersions}`,
      )
      const record = encodedRecordWith()
      await expect(sink.write([record])).rejects.toThrow(new DatabaseError('23503'))
      expect(await sink.write([record])).toMatchObject({ written: 1 })
    })

    it('tells of a failing database only its code, and nothing of the rows', async () => {
      const sink = createPredictionSink(database())
      await database().handle.execute(sql`alter table predictions rename to hidden`)
      try {
        const record = encodedRecordWith({ input: { text: 'a secret' } })
        const error = await sink.write([record]).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(DatabaseError)
        expect(error).toMatchObject({ code: '42P01', message: 'Database error 42P01' })
        expect((error as Error).cause).toBeUndefined()
      } finally {
        await database().handle.execute(sql`alter table hidden rename to predictions`)
      }
    })
  })
}
