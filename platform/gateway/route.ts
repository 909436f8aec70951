import type { Context } from 'hono'
import type { z } from 'zod'
import type { TraceHeaders } from '#observability/tracing.ts'
import type { BodyLimits } from '#platform/runtime/check.ts'
import type { FunctionClient } from './function-client.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { PredictionLog } from './prediction-log.ts'

/** What a route learns of its request besides the request itself. */
export type RouteContext = {
  context: Context
  requestId: string
  /** The caller's trace, to send on. */
  trace: TraceHeaders
  /** Names the model for metrics and logs, once it is known. */
  about(names: { model: string; predictionId?: string }): void
}

/** One address of the API: what OpenAPI says of it, and what answers. */
export type Route = {
  method: 'get' | 'post' | 'delete'
  path: string
  summary: string
  tag: string
  request: {
    params?: z.ZodObject
    query?: z.ZodObject
    body?: z.ZodType
    /** Bodies to show, by name. */
    examples?: Record<string, { value: unknown }>
  }
  /** Absent when the answer has no body. */
  answer?: z.ZodType
  /** Media type of the answer where it is not JSON; the answer is then a stream of bytes. */
  answerType?: 'text/csv'
  status?: 200 | 204
  /** Whether a request names a model, which metrics then tell apart. */
  namesModel?: true
  /** Statuses of errors and what they mean here. */
  problems: Record<number, string>
  handle(route: RouteContext): Promise<object | ReadableStream | null>
}

export type RouteOptions = {
  catalog: ModelCatalog
  callFunction: FunctionClient
  log: PredictionLog
  limits: BodyLimits
}

/** The statuses of any route that needs a function or the prediction log. */
export const UNAVAILABLE = {
  503: 'Not ready or overloaded; try again after Retry-After seconds',
}
