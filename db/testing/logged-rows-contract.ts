import { describe, expect, it } from 'vitest'
import type { Database } from '../database.ts'
import { countLoggedRows } from '../logged-rows.ts'
import { createPredictionSink } from '../prediction-sink.ts'
import { encodedRecordWith } from './records.ts'

const second = (seconds: number): Date => new Date(Date.UTC(2026, 2, 1) + seconds * 1000)

export const describeLoggedRows = (database: () => Database): void => {
  describe('rows since a time', () => {
    it('are counted by version, whatever they answered, the later bound included', async () => {
      const rows = [0, 1, 2, 3, 4].map((at) => encodedRecordWith({ createdAt: second(at) }))
      const failed = { version: '2.0.0', createdAt: second(9), status: 500, errorCode: 'failed' }
      await createPredictionSink(database()).write([...rows, encodedRecordWith(failed)])
      expect(await countLoggedRows(database(), second(0), second(2))).toEqual(
        expect.arrayContaining([
          { model: 'iris', version: '1.0.0', rows: 4, settled: 2 },
          { model: 'iris', version: '2.0.0', rows: 1, settled: 0 },
        ]),
      )
      expect(await countLoggedRows(database(), second(9), second(10))).toMatchObject([
        { rows: 0, settled: 0 },
        { rows: 0, settled: 0 },
      ])
    })
  })
}
