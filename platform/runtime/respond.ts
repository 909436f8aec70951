import type { Context } from 'hono'
import type { Identity } from './identify.ts'
import { HEADERS } from './identify.ts'
import { ERRORS, type InletError } from './errors.ts'

/** The body of every error (RFC 9457), with the fields that do not fit. */
export const problemOf = (error: InletError, requestId: string) => ({
  type: `urn:inlet:problem:${error.code}`,
  title: ERRORS[error.code].title,
  status: error.status,
  code: error.code,
  detail: detailOf(error),
  ...(error.problems.length > 0 && { errors: error.problems }),
  request_id: requestId,
})

const detailOf = ({ message, problems }: InletError): string => {
  const [first] = problems
  if (first === undefined) return message
  return `${first.field === '' ? 'The body' : first.field} ${first.reason}`
}

/** Answers an error: problem JSON, its own headers, and the request's name. */
export const respondWithProblem = (context: Context, error: InletError, requestId: string) => {
  const body = JSON.stringify(problemOf(error, requestId))
  return context.body(body, error.status as 400, {
    'content-type': 'application/problem+json',
    [HEADERS.requestId]: requestId,
    ...error.headers,
  })
}

/** The parts of an answer that say what answered, and how the record of it went. */
export type AnswerIdentity = {
  model_version: string
  prediction_id: string
  processing_time_ms: number
  /** Only when a record that was asked for is not committed yet. */
  recorded?: false
}

/** Step 10 of a request: the answer with its identity, in the body and in headers. */
export const respond = (
  context: Context,
  answer: object,
  identity: Identity,
  about: AnswerIdentity,
  confidence: number | null,
  serverTiming: string,
  revision: string,
) => {
  const body = JSON.stringify({ ...answer, ...about })
  return context.body(body, 200, {
    'content-type': 'application/json',
    [HEADERS.predictionId]: identity.predictionId,
    [HEADERS.requestId]: identity.requestId,
    [HEADERS.revision]: revision,
    ...(confidence !== null && { [HEADERS.confidence]: String(confidence) }),
    'server-timing': serverTiming,
  })
}
