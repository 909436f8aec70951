import { z } from 'zod'
import {
  noTracing,
  type ClientCall,
  type TraceHeaders,
  type Tracing,
} from '#observability/tracing.ts'
import { ERRORS, InletError, type ErrorCode } from '#platform/runtime/errors.ts'
import { HEADERS } from '#platform/runtime/identify.ts'

/** Sends an HTTP request to the function at `host` (`sentiment`, `v1-0-0-sentiment`). */
export type FunctionTransport = (
  host: string,
  request: FunctionRequest,
) => Promise<FunctionResponse>

export type FunctionRequest = {
  headers: Record<string, string>
  /** JSON. */
  body: string
  /** Ends the call when the prediction has taken too long. */
  signal: AbortSignal
}

export type FunctionResponse = {
  status: number
  header(name: string): string | null
  text(): Promise<string>
}

const answerSchema = z.looseObject({
  model_version: z.string(),
  prediction_id: z.string(),
  processing_time_ms: z.number(),
  recorded: z.literal(false).optional(),
})

const problemSchema = z.object({
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
})

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A function's errors that concern the gateway's caller; any other one is between the two of us. */
const PASSED_ON = new Set<ErrorCode>([
  'invalid_input',
  'body_too_large',
  'cancelled',
  'inference_failed',
  'internal',
  'model_not_ready',
  'overloaded',
])

/** What a function's error means to the gateway's caller; proxies in between answer in plain text. */
const toError = (response: FunctionResponse, text: string): InletError => {
  const headers: Record<string, string> = {}
  const retryAfter = response.header('retry-after')
  if (retryAfter !== null) headers['retry-after'] = retryAfter
  const told = problemSchema.safeParse(parse(text))
  if (told.success && PASSED_ON.has(told.data.code)) {
    const { code, detail, errors = [] } = told.data
    return new InletError(code, { detail, problems: errors, headers })
  }
  if (response.status === 504) return new InletError('prediction_timeout')
  if (response.status === 503) return new InletError('overloaded', { headers })
  const cause = new Error(`the function answered ${response.status} ${told.data?.code ?? ''}`)
  return new InletError('function_unavailable', { cause })
}

export type FunctionAnswer = {
  version: string
  result: Record<string, unknown>
  confidence: number | null
  processingTimeMs: number
  recorded: boolean
  /** What the cluster calls the deployment that answered. */
  revision: string | null
  /** Milliseconds of each step, as the header Server-Timing has them. */
  serverTiming: string | null
}

export type PredictionCall = {
  host: string
  /** The version that must answer; undefined takes any. */
  version: string | undefined
  input: unknown
  predictionId: string
  requestId: string
  /** The caller's trace, which goes on where this process adds nothing to it. */
  trace: TraceHeaders
  /** Ends when the caller goes away. */
  caller: AbortSignal
}

/**
 * Gives work up after `milliseconds` with `prediction_timeout`; its own failure is `function_unavailable`.
 * The timer goes when the work ends: one that stayed would keep the request's body until it fires.
 */
const within = async <Value>(
  milliseconds: number,
  caller: AbortSignal,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> => {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  caller.addEventListener('abort', abort, { once: true })
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort()
      reject(new InletError('prediction_timeout'))
    }, milliseconds)
  })
  try {
    return await Promise.race([work(controller.signal), tooLate])
  } catch (cause) {
    if (cause instanceof InletError) throw cause
    if (caller.aborted) throw new InletError('cancelled', { cause })
    throw new InletError('function_unavailable', { cause })
  } finally {
    clearTimeout(timer)
    caller.removeEventListener('abort', abort)
  }
}

type Answered = { response: FunctionResponse; text: string }

/**
 * Asks once more when the connection broke or a proxy found it broken (502): a process has ended, and others
 * go on. The prediction's id makes that safe, its row is written once.
 */
const twiceIfBroken = async (
  signal: AbortSignal,
  ask: (resends: number) => Promise<Answered>,
): Promise<Answered> => {
  const first = await ask(0).catch((cause: unknown) => {
    if (signal.aborted) throw cause
    return null
  })
  return first === null || first.response.status === 502 ? ask(1) : first
}

/** The span of one request to a function. */
const clientSpan = (host: string, resends: number): ClientCall<Answered> => ({
  name: 'POST /predict',
  attributes: {
    'http.request.method': 'POST',
    'url.template': '/predict',
    'server.address': host,
    ...(resends > 0 && { 'http.request.resend_count': resends }),
  },
  outcome: ({ response: { status } }) => ({
    'http.response.status_code': status,
    ...(status >= 400 && { 'error.type': String(status) }),
  }),
})

/** Calls a function's /predict for the gateway and asks that the row is committed first. */
export const createFunctionClient = (options: {
  transport: FunctionTransport
  gatewayToken: string
  timeoutMs: number
  tracing?: Tracing
}) => {
  const { transport, gatewayToken, timeoutMs, tracing = noTracing } = options
  return async (call: PredictionCall): Promise<FunctionAnswer> => {
    const body = JSON.stringify(call.input)
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      [HEADERS.predictionId]: call.predictionId,
      [HEADERS.requestId]: call.requestId,
      [HEADERS.gatewayToken]: gatewayToken,
      [HEADERS.record]: 'wait',
      ...call.trace,
    }
    const { response, text } = await within(timeoutMs, call.caller, (signal) =>
      twiceIfBroken(signal, (resends) =>
        tracing.client(clientSpan(call.host, resends), async (trace) => {
          const request = { headers: { ...headers, ...trace }, body, signal }
          const answered = await transport(call.host, request)
          return { response: answered, text: await answered.text() }
        }),
      ),
    )
    if (response.status !== 200) throw toError(response, text)
    const parsed = answerSchema.safeParse(parse(text))
    if (!parsed.success) throw new InletError('function_unavailable', { cause: parsed.error })
    const { model_version, prediction_id, processing_time_ms, recorded, ...result } = parsed.data
    if (prediction_id !== call.predictionId) {
      const cause = new Error('the function did not take our prediction id: GATEWAY_TOKEN differs')
      throw new InletError('function_unavailable', { cause })
    }
    if (call.version !== undefined && model_version !== call.version) {
      const cause = new Error(`asked for version ${call.version}, ${model_version} answered`)
      throw new InletError('function_unavailable', { cause })
    }
    const confidence = response.header(HEADERS.confidence)
    return {
      version: model_version,
      result,
      confidence: confidence === null ? null : Number(confidence),
      processingTimeMs: processing_time_ms,
      recorded: recorded !== false,
      revision: response.header(HEADERS.revision),
      serverTiming: response.header('server-timing'),
    }
  }
}

export type FunctionClient = ReturnType<typeof createFunctionClient>
