/** What is kept of one answered request, whether it succeeded or failed. */
export type PredictionRecord = {
  /** UUIDv7, made at the first hop. */
  id: string
  model: string
  version: string
  revision: string
  createdAt: Date
  /** Already reduced by RECORD_INPUT: the input, `{ sha256 }`, or null. */
  input: unknown
  /** The answer without identity, or null when the prediction failed. */
  output: unknown
  /** Lowest confidence over the request's instances, 0 to 1; null where the model has none. */
  confidence: number | null
  processingTimeMs: number
  /** HTTP status answered. */
  status: number
  errorCode: string | null
  requestId: string | null
  traceId: string | null
}
