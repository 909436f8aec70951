/**
 * Every failure a caller can meet: its code, HTTP status and public title.
 * Codes are stable; clients may switch on them.
 */
export const ERRORS = {
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  unknown_model: { status: 404, title: 'There is no such model' },
  unknown_version: { status: 404, title: 'The model has no such version' },
  unknown_prediction: { status: 404, title: 'There is no such prediction' },
  method_not_allowed: { status: 405, title: 'This address does not take this method' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be JSON' },
  unknown_host: { status: 421, title: 'This server does not answer for that host' },
  invalid_input: { status: 422, title: 'The input does not fit' },
  cancelled: { status: 499, title: 'The caller went away' },
  inference_failed: { status: 500, title: 'The model failed on this input' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  model_not_ready: { status: 503, title: 'The model is not ready' },
  overloaded: { status: 503, title: 'Too many requests are waiting' },
  function_unavailable: { status: 503, title: 'The function did not answer' },
  database_unavailable: { status: 503, title: 'The prediction log is not reachable' },
  prediction_timeout: { status: 504, title: 'The prediction took too long' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof ERRORS

/** One field that does not fit, and why; `field` is a dotted path such as `features.0.2`. */
export type FieldProblem = { field: string; reason: string }

type ErrorOptions = {
  /** A sentence for the caller: what is wrong and what to do. Never holds input or internals. */
  detail?: string
  problems?: readonly FieldProblem[]
  headers?: Readonly<Record<string, string>>
  cause?: unknown
}

/** The only error whose text reaches a caller; everything else is answered as `internal`. */
export class InletError extends Error {
  readonly code: ErrorCode
  readonly problems: readonly FieldProblem[]
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, { detail, problems = [], headers = {}, cause }: ErrorOptions = {}) {
    super(detail ?? ERRORS[code].title, { cause })
    this.name = 'InletError'
    this.code = code
    this.problems = problems
    this.headers = ERRORS[code].status === 503 ? { 'retry-after': '1', ...headers } : headers
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}

/** Turns anything thrown into an InletError, keeping the original as its cause. */
export const toInletError = (thrown: unknown): InletError =>
  thrown instanceof InletError ? thrown : new InletError('internal', { cause: thrown })
