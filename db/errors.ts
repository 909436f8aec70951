/**
 * What may be known of a database error outside db/: its code, a SQLSTATE such as 57P01 or a name of the
 * operating system such as ECONNREFUSED. Drizzle's own messages hold the row's values.
 */
export class DatabaseError extends Error {
  readonly code: string

  constructor(code: string) {
    super(`Database error ${code}`)
    this.code = code
  }
}

/** The database cannot be used at all; the message says why in one sentence, without the password. */
export class DatabaseUnavailableError extends Error {}

/** The code of an error or of what caused it; `unknown` when neither has one. */
export const codeOf = (thrown: unknown): string => {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code
  }
  return 'unknown'
}

/** Runs one piece of database work; its errors become DatabaseError. */
export const withCodeOnly = async <Value>(work: () => PromiseLike<Value>): Promise<Value> => {
  try {
    return await work()
  } catch (thrown) {
    throw new DatabaseError(codeOf(thrown))
  }
}
