import type { Attributes, SpanContext } from '@opentelemetry/api'

export type ReadHeader = (name: string) => string | undefined

/** W3C Trace Context: the caller's, or that of a span for the calls made within it. */
export type TraceHeaders = { readonly traceparent?: string; readonly tracestate?: string }

/** What a span may point at. */
export type SpanLink = { readonly context: SpanContext }

/** A piece of work that is over; from and to are of `performance.now()`. */
export type PastSpan = {
  name: string
  from: number
  to: number
  attributes?: Attributes
  links?: readonly SpanLink[]
}

/** A request's span whose trace is kept. */
export type RequestSpan = SpanLink & {
  /** Adds a child. With an attribute `error.type` it has failed. */
  child(span: PastSpan): SpanLink
}

/** Where a request stands in its trace. */
export type RequestTrace = {
  /** 32 hex digits. */
  readonly traceId: string
  /** Null when sampling leaves the trace out. */
  readonly span: RequestSpan | null
}

export type ClientCall<Value> = {
  name: string
  attributes: Attributes
  /** The requests that it is made for, one of them its parent; left out, it is made for the one that runs. */
  of?: readonly RequestSpan[]
  /** What is known afterwards. With an attribute `error.type` the span has failed. */
  outcome?: (value: Value) => Attributes
}

/**
 * Names and attributes are of our own making: models, routes, codes, counts. Nothing that a caller sends is in
 * them, nor a message of an error, which may quote it.
 */
export type Tracing = {
  /**
   * Runs `work` in a server span that continues the caller's trace, if that is well-formed. `trace` is null
   * when tracing is off. A status of 500 or more marks the span.
   */
  serve(
    name: string,
    header: ReadHeader,
    attributes: Attributes,
    work: (trace: RequestTrace | null) => Promise<Response>,
  ): Promise<Response>
  /** Runs `work` in a client span, whose headers it may send on; without a request to belong to there is none. */
  client<Value>(
    call: ClientCall<Value>,
    work: (headers: TraceHeaders) => Promise<Value>,
  ): Promise<Value>
  /** Sends what is left, for at most `milliseconds`. */
  close(milliseconds: number): Promise<void>
}

const NO_HEADERS: TraceHeaders = {}

/** Tracing that is off: costs nothing. */
export const noTracing: Tracing = {
  serve: (_name, _header, _attributes, work) => work(null),
  client: (_call, work) => work(NO_HEADERS),
  close: () => Promise.resolve(),
}
