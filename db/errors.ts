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

/** Nothing answers, or not yet: names of the operating system, and 57P03 (the server is starting). */
const NOT_THERE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'CONNECT_TIMEOUT',
  '57P03',
])

/** The database cannot be used at all; the message says why in one sentence, without the password. */
export class DatabaseUnavailableError extends Error {
  /** Whether it may be there a moment later. */
  readonly isNotThere: boolean

  constructor(message: string, { code = '', ...options }: ErrorOptions & { code?: string } = {}) {
    super(message, options)
    this.isNotThere = NOT_THERE.has(code)
  }
}

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
