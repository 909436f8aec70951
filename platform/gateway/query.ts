import { InvalidCursorError } from '#db/history-cursor.ts'
import { InletError } from '#platform/runtime/errors.ts'

/** A failure of the log is not the caller's: 503, and only the cause in our own log. */
export const reading = async <T>(read: Promise<T>): Promise<T> => {
  try {
    return await read
  } catch (cause) {
    if (cause instanceof InvalidCursorError) {
      const reason = 'must be the next_cursor of a page'
      throw new InletError('invalid_input', { problems: [{ field: 'cursor', reason }] })
    }
    throw new InletError('database_unavailable', { cause })
  }
}

/** Rows that are read while they are consumed, whose failure is like that of `reading`. */
export const readingRows = async function* <Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  try {
    yield* rows
  } catch (cause) {
    throw new InletError('database_unavailable', { cause })
  }
}

/** Query parameters given twice are an error of the caller's, not a choice of ours. */
export const singleValues = (queries: Record<string, string[]>): Record<string, string> => {
  const entries = Object.entries(queries).map(([field, values]): [string, string] => {
    if (values.length === 1) return [field, values[0]!]
    throw new InletError('invalid_input', { problems: [{ field, reason: 'is given twice' }] })
  })
  return Object.fromEntries(entries)
}
