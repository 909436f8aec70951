/**
 * @typedef {{ version: string, description: string, labels: string[], is_default: boolean,
 *   quality: Record<string, unknown> }} ModelVersion
 * @typedef {{ name: string, title: string, task: string, description: string,
 *   default_version: string, versions: ModelVersion[], example: any }} Model
 * @typedef {{ prediction_id: string, model: string, version: string, result: any,
 *   confidence: number | null, processing_time_ms: number, recorded?: false }} Answer
 * @typedef {Omit<Answer, 'recorded'> & { status: number, error_code: string | null,
 *   created_at: string }} Prediction
 * @typedef {{ field: string, reason: string }} FieldProblem
 */

/** A failure in words for the person at the page. */
export class ApiError extends Error {
  /**
   * @param {string} title
   * @param {{ detail?: string, problems?: FieldProblem[], requestId?: string }} [more]
   */
  constructor(title, { detail = '', problems = [], requestId = '' } = {}) {
    super(title)
    this.detail = detail
    this.problems = problems
    this.requestId = requestId
  }
}

/** @param {string} address @param {RequestInit} [options] */
const call = async (address, options) => {
  const response = await fetch(address, { cache: 'no-store', ...options }).catch(() => {
    throw new ApiError('The server does not answer; is it still running?')
  })
  const body = await response.json().catch(() => null)
  if (response.ok && body !== null) return body
  if (typeof body?.title !== 'string') {
    throw new ApiError(`The server answered ${response.status}, and not in the API's form`)
  }
  const { title, detail, errors, request_id: requestId } = body
  throw new ApiError(title, { detail: detail === title ? '' : detail, problems: errors, requestId })
}

/** @returns {Promise<Model[]>} */
export const listModels = async () => (await call('/api/v1/models')).models

/** @returns {Promise<Prediction[]>} newest first */
export const listPredictions = async () => (await call('/api/v1/predictions?limit=10')).predictions

/**
 * @param {object} request the model's name, a version if chosen, and the model's input
 * @returns {Promise<Answer>}
 */
export const predict = (request) =>
  call('/api/v1/predict', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })

/** @param {string} id */
export const addressOfPrediction = (id) => `/api/v1/predictions/${encodeURIComponent(id)}`

/**
 * What a terminal sends for the same answer, quoted for a POSIX shell.
 * @param {object} request
 */
export const curlCommand = (request) => {
  const body = JSON.stringify(request).replaceAll("'", String.raw`'\''`)
  return `curl ${location.origin}/api/v1/predict -H 'content-type: application/json' -d '${body}'`
}
