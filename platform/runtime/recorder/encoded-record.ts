import { z } from 'zod'
import type { PredictionRecord } from '../prediction-record.ts'

/** A record with its input and output as JSON text: encoded once, of a size that is known. */
export type EncodedRecord = Omit<PredictionRecord, 'input' | 'output'> & {
  input: string | null
  output: string | null
}

const encodeValue = (value: unknown): string | null =>
  value === null ? null : (JSON.stringify(value) ?? null)

/** Throws what JSON.stringify throws (for a bigint, a cycle, a toJSON that fails), and for an invalid date. */
export const encodeRecord = (record: PredictionRecord): EncodedRecord => {
  record.createdAt.toISOString()
  return { ...record, input: encodeValue(record.input), output: encodeValue(record.output) }
}

/** Characters besides input and output: ids, names, and what objects cost. */
const OVERHEAD = 400

/** About what a record takes in memory, in bytes. */
export const sizeOf = ({ input, output }: EncodedRecord): number =>
  OVERHEAD + (input?.length ?? 0) + (output?.length ?? 0)

/** Rows and bytes of one statement: more rows gain nothing on either database, more bytes hold others up. */
export const BATCH = { rows: 500, bytes: 4 * 1024 * 1024 }

/** How many of these, from the first, make a batch; at least one. */
export const batchLength = (entries: { record: EncodedRecord }[]): number => {
  let bytes = 0
  const end = entries.findIndex(({ record }, index) => {
    bytes += sizeOf(record)
    return index > 0 && (index >= BATCH.rows || bytes > BATCH.bytes)
  })
  return end === -1 ? entries.length : end
}

/** One line of a spill file. */
export const toLine = ({ input, output, ...rest }: EncodedRecord): string =>
  `{"record":${JSON.stringify(rest)},"input":${input ?? 'null'},"output":${output ?? 'null'}}\n`

const line = z.object({
  record: z.object({
    id: z.uuid(),
    model: z.string(),
    version: z.string(),
    revision: z.string(),
    createdAt: z.iso.datetime().transform((time) => new Date(time)),
    confidence: z.number().nullable(),
    processingTimeMs: z.number(),
    status: z.int(),
    errorCode: z.string().nullable(),
    requestId: z.string().nullable(),
    traceId: z.string().nullable(),
  }),
  input: z.json(),
  output: z.json(),
})

/** Null for a line that is torn or not one of ours. */
export const fromLine = (text: string): EncodedRecord | null => {
  try {
    const { record, input, output } = line.parse(JSON.parse(text))
    return { ...record, input: encodeValue(input), output: encodeValue(output) }
  } catch {
    return null
  }
}
