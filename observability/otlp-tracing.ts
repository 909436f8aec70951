import { setTimeout as delay } from 'node:timers/promises'
import type { Attributes, Context, Span, SpanOptions } from '@opentelemetry/api'
import type { Logger } from './logger.ts'
import { createSpanClock } from './span-clock.ts'
import { tellTrouble } from './tracing-trouble.ts'
import type { RequestSpan, SpanLink, TraceHeaders, Tracing } from './tracing.ts'

/** More are dropped by the SDK's own limit, the first ones first. */
const MOST_LINKS = 128

/** What kind of error it is, and nothing of what it says. */
const errorTypeOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return '_OTHER'
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name
}

/**
 * Starts OpenTelemetry's tracing to the OTLP receiver of OTEL_EXPORTER_OTLP_ENDPOINT. The SDK reads that and its
 * further OTEL_* variables (sampler, protocol, headers, batches) itself. A receiver that is away costs spans,
 * and a line in the log once in a while.
 */
export const startTracing = async (serviceName: string, logger: Logger): Promise<Tracing> => {
  // 100 ms to import: only for those who want traces.
  const [{ NodeSDK }, api] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/api'),
  ])
  const { context, diag, propagation, trace, DiagLogLevel, SpanKind, SpanStatusCode, TraceFlags } =
    api
  diag.setLogger(tellTrouble(logger), DiagLogLevel.WARN)
  const sdk = new NodeSDK({
    serviceName,
    autoDetectResources: false,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  })
  sdk.start()
  const tracer = trace.getTracer('inlet')
  const clock = createSpanClock()

  const isKept = (span: Span): boolean => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0
  const within = (parent: SpanLink): Context =>
    trace.setSpanContext(api.ROOT_CONTEXT, parent.context)
  const linksTo = (spans: readonly SpanLink[]) =>
    spans.slice(0, MOST_LINKS).map((span) => ({ context: span.context }))
  const finish = (span: Span, attributes: Attributes): void => {
    span.setAttributes(attributes)
    if ('error.type' in attributes) span.setStatus({ code: SpanStatusCode.ERROR })
  }

  /** Work within an active span that ends with it, and says of what class of error it failed. */
  const during = <Value>(
    name: string,
    options: SpanOptions,
    parent: Context,
    work: (span: Span) => Promise<Value>,
  ): Promise<Value> =>
    tracer.startActiveSpan(name, options, parent, async (span) => {
      try {
        return await work(span)
      } catch (thrown) {
        finish(span, { 'error.type': errorTypeOf(thrown) })
        throw thrown
      } finally {
        span.end(clock.now())
      }
    })

  const requestSpan = (span: Span): RequestSpan => {
    const self = { context: span.spanContext() }
    return {
      ...self,
      child: ({ name, from, to, attributes = {}, links = [] }) => {
        const options = { startTime: clock.at(from), links: linksTo(links) }
        const child = tracer.startSpan(name, options, within(self))
        finish(child, attributes)
        child.end(clock.at(to))
        return { context: child.spanContext() }
      },
    }
  }

  /** The context of a call's parent; null where there is none whose trace is kept. */
  const parentOf = (requests: readonly RequestSpan[] | undefined): Context | null => {
    if (requests !== undefined) return requests[0] === undefined ? null : within(requests[0])
    return trace.getActiveSpan() === undefined ? null : context.active()
  }

  return {
    serve: (name, header, attributes, work) => {
      clock.adjust()
      const carrier = { traceparent: header('traceparent'), tracestate: header('tracestate') }
      const parent = propagation.extract(context.active(), carrier)
      const options = { kind: SpanKind.SERVER, attributes, startTime: clock.now() }
      return during(name, options, parent, async (span) => {
        const { traceId } = span.spanContext()
        const response = await work({ traceId, span: isKept(span) ? requestSpan(span) : null })
        const { status } = response
        span.setAttribute('http.response.status_code', status)
        if (status >= 500) finish(span, { 'error.type': String(status) })
        return response
      })
    },
    client: ({ name, attributes, of: requests, outcome }, work) => {
      const parent = parentOf(requests)
      if (parent === null) return work({})
      const links = linksTo(requests?.slice(1) ?? [])
      const options = { kind: SpanKind.CLIENT, attributes, links, startTime: clock.now() }
      return during(name, options, parent, async (span) => {
        const headers: TraceHeaders = {}
        propagation.inject(context.active(), headers)
        const value = await work(headers)
        if (outcome !== undefined) finish(span, outcome(value))
        return value
      })
    },
    close: (milliseconds) =>
      Promise.race([
        // What cannot be sent has been told already.
        sdk.shutdown().catch(() => {}),
        delay(milliseconds, undefined, { ref: false }),
      ]),
  }
}
