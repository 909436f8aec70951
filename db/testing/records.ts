import { v7 as uuidv7 } from 'uuid'
import type { PredictionRecord } from '#platform/runtime/prediction-record.ts'
import { encodeRecord, type EncodedRecord } from '#platform/runtime/recorder/encoded-record.ts'

/** A record of a successful prediction; each has an id of its own. */
export const recordWith = (fields: Partial<PredictionRecord> = {}): PredictionRecord => ({
  id: uuidv7(),
  model: 'iris',
  version: '1.0.0',
  revision: 'local',
  createdAt: new Date('2026-03-01T12:00:00.123Z'),
  input: { features: [[5.1, 3.5, 1.4, 0.2]] },
  output: { predictions: ['setosa'], probabilities: [[0.98, 0.01, 0.01]] },
  confidence: 0.98,
  processingTimeMs: 1.25,
  status: 200,
  errorCode: null,
  requestId: 'request-1',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  ...fields,
})

/** The same as a sink takes it. */
export const encodedRecordWith = (fields: Partial<PredictionRecord> = {}): EncodedRecord =>
  encodeRecord(recordWith(fields))
