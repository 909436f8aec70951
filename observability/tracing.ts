import type { Attributes, SpanKind } from '@opentelemetry/api'

type ReadHeader = (name: string) => string | undefined

/** Where a span stands: what to write into rows and logs, and what to send on. */
export type TracePosition = {
  /** 32 hex digits. */
  readonly traceId: string
  /** W3C Trace Context header for calls made within the span. */
  readonly traceparent: string
}

export type Tracing = {
  /**
   * Runs `work` in a server span that continues the caller's trace. `position` is null when tracing is
   * off. Attributes name models and routes, never inputs. A status of 500 or more marks the span.
   */
  serve(
    name: string,
    header: ReadHeader,
    attributes: Attributes,
    work: (position: TracePosition | null) => Promise<Response>,
  ): Promise<Response>
  /** Sends what is left. */
  close(): Promise<void>
}

/** Tracing that is off: costs nothing. */
export const noTracing: Tracing = {
  serve: (_name, _header, _attributes, work) => work(null),
  close: () => Promise.resolve(),
}

/**
 * Starts OpenTelemetry's tracing to the OTLP receiver of OTEL_EXPORTER_OTLP_ENDPOINT, which the SDK reads
 * itself with its further OTEL_* variables (protocol, headers, sampler).
 */
export const startTracing = async (serviceName: string): Promise<Tracing> => {
  // 100 ms to import: only for those who want traces.
  const [{ NodeSDK }, { context, propagation, trace }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/api'),
  ])
  const sdk = new NodeSDK({
    serviceName,
    autoDetectResources: false,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  })
  sdk.start()
  const tracer = trace.getTracer('inlet')
  const server: SpanKind.SERVER = 1
  return {
    serve: (name, header, attributes, work) => {
      const carrier = { traceparent: header('traceparent'), tracestate: header('tracestate') }
      const parent = propagation.extract(context.active(), carrier)
      return tracer.startActiveSpan(name, { kind: server, attributes }, parent, async (span) => {
        const { traceId, spanId, traceFlags } = span.spanContext()
        const flags = traceFlags.toString(16).padStart(2, '0')
        try {
          const response = await work({ traceId, traceparent: `00-${traceId}-${spanId}-${flags}` })
          span.setAttribute('http.response.status_code', response.status)
          if (response.status >= 500) span.setStatus({ code: 2 })
          return response
        } finally {
          span.end()
        }
      })
    },
    close: () => sdk.shutdown(),
  }
}
