import { createHash } from 'node:crypto'
import { bytesOfUuid, uuidOfBytes } from './uuid.ts'

/** Where a page ended. `microseconds` since 1970, as exact as Postgres keeps them (a Date is not). */
export type Position = { microseconds: bigint; id: string }

/** The cursor is not one that this history gave out. */
export class InvalidCursorError extends Error {
  constructor() {
    super('The cursor is not one of this history')
  }
}

/** 0001-01-01 and 9999-12-31, so that the time stays one that Postgres and Date both write alike. */
const EARLIEST = -62_135_596_800_000_000n
const LATEST = 253_402_300_799_999_999n

const CHECK_BYTES = 4
const BYTES = 8 + 16 + CHECK_BYTES

const checkOf = (position: Uint8Array): Buffer =>
  createHash('sha256').update(position).digest().subarray(0, CHECK_BYTES)

/** 28 bytes in base64url: time, id, and a check against garbling. It grants nothing, so it is not signed. */
export const encodeCursor = ({ microseconds, id }: Position): string => {
  const position = Buffer.alloc(24)
  position.writeBigInt64BE(microseconds, 0)
  position.set(bytesOfUuid(id), 8)
  return Buffer.concat([position, checkOf(position)]).toString('base64url')
}

/** Throws InvalidCursorError. */
export const decodeCursor = (cursor: string): Position => {
  const bytes = Buffer.from(cursor, 'base64url')
  const position = bytes.subarray(0, 24)
  // Decoding skips characters that are not base64url; encoding again finds them.
  const isOurs =
    bytes.length === BYTES &&
    bytes.toString('base64url') === cursor &&
    checkOf(position).equals(bytes.subarray(24))
  if (!isOurs) throw new InvalidCursorError()
  const microseconds = position.readBigInt64BE(0)
  if (microseconds < EARLIEST || microseconds > LATEST) throw new InvalidCursorError()
  return { microseconds, id: uuidOfBytes(position.subarray(8)) }
}

/** As Postgres reads it, with six digits of a second. */
export const timestampOf = (microseconds: bigint): string => {
  const withinMillisecond = ((microseconds % 1000n) + 1000n) % 1000n
  const milliseconds = new Date(Number((microseconds - withinMillisecond) / 1000n)).toISOString()
  return milliseconds.replace('Z', `${withinMillisecond.toString().padStart(3, '0')}Z`)
}
