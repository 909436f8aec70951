import { Hono, type Context } from 'hono'
import { cors } from 'hono/cors'
import type { Logger } from '#observability/logger.ts'
import type { Instruments } from '#observability/metrics.ts'
import type { Telemetry } from '#observability/telemetry.ts'
import type { TracePosition, Tracing } from '#observability/tracing.ts'
import { closeMethods } from '#platform/runtime/close-methods.ts'
import { InletError, toInletError } from '#platform/runtime/errors.ts'
import { NO_ROUTE } from '#platform/runtime/count-strays.ts'
import { HEADERS, requestIdOf, traceIdOf } from '#platform/runtime/identify.ts'
import { causeOf, levelOf, milliseconds } from '#platform/runtime/log-prediction.ts'
import { respondWithProblem } from '#platform/runtime/respond.ts'
import { showMetrics } from '#platform/runtime/show-metrics.ts'
import { createRequestCounter } from './count-requests.ts'
import { addPages } from './pages.ts'
import type { Route, RouteOptions } from './route.ts'
import { feedbackRoutes } from './routes/feedback.ts'
import { modelRoutes } from './routes/models.ts'
import { operationRoutes } from './routes/operation.ts'
import { predictRoutes } from './routes/predict.ts'
import { predictionRoutes } from './routes/predictions.ts'
import { qualityRoutes } from './routes/quality.ts'

export type GatewayOptions = RouteOptions & {
  instruments: Instruments
  logger: Logger
  tracing: Tracing
  /** The Prometheus text page of this process. */
  metricsPage: Telemetry['page']
  corsOrigins: readonly string[]
  /** The project's version, for the OpenAPI document. */
  version: string
}

/** Asked every few seconds by a cluster. */
const PROBES = new Set(['/health', '/ready'])

/** The versioned API over all models, the log of predictions, and the pages to try them. */
export const createGateway = (options: GatewayOptions): Hono => {
  const { instruments, logger, tracing, corsOrigins, metricsPage, version } = options
  const app = new Hono()
  if (corsOrigins.length > 0) app.use('/api/*', cors({ origin: [...corsOrigins] }))

  const log = (endpoint: string, status: number, names: object, error?: InletError): void => {
    const line: Record<string, unknown> = { endpoint, status, ...names }
    if (error !== undefined) line['code'] = error.code
    if (error !== undefined && status >= 500) line['reason'] = causeOf(error)
    logger[levelOf(status, PROBES.has(endpoint))](line, 'request')
  }

  const answer = async (
    context: Context,
    route: Route,
    position: TracePosition | null,
  ): Promise<Response> => {
    const start = performance.now()
    const header = (name: string): string | undefined => context.req.header(name)
    const requestId = requestIdOf(header)
    const traceId = position?.traceId ?? traceIdOf(header)
    const traceparent = position?.traceparent ?? header(HEADERS.trace)
    const names = { request_id: requestId, ...(traceId !== null && { trace_id: traceId }) }
    let model: string | null = null
    const about = (known: { model: string; predictionId?: string }): void => {
      model = known.model
      if (known.predictionId !== undefined)
        Object.assign(names, { prediction_id: known.predictionId })
    }
    const end = (status: number, error?: InletError): void => {
      const took = performance.now() - start
      counter.ended(route.path, model, status, took / 1000)
      const named = { ...(model !== null && { model }), ...names, duration_ms: milliseconds(took) }
      log(route.path, status, named, error)
    }
    counter.began(route.path)
    try {
      const body = await route.handle({ context, requestId, traceparent, about })
      const status = route.status ?? 200
      context.header(HEADERS.requestId, requestId)
      let response: Response
      if (body === null) response = context.body(null, status)
      else if (body instanceof ReadableStream) response = context.body(body, status as 200)
      else response = context.json(body, status as 200)
      end(status)
      return response
    } catch (thrown) {
      const error = toInletError(thrown)
      end(error.status, error)
      return respondWithProblem(context, error, requestId)
    }
  }

  const routes = [
    ...predictRoutes(options),
    ...predictionRoutes(options),
    ...feedbackRoutes(options),
    ...modelRoutes(options),
    ...qualityRoutes(options),
    ...operationRoutes(options),
  ]
  const models = options.catalog.models.map(({ card }) => card.name)
  const counter = createRequestCounter(instruments, routes, models)
  for (const route of routes) {
    const name = `${route.method.toUpperCase()} ${route.path}`
    app.on(route.method.toUpperCase(), route.path, (context) =>
      tracing.serve(
        name,
        (header) => context.req.header(header),
        { 'http.route': route.path },
        (position) => answer(context, route, position),
      ),
    )
  }
  app.get('/metrics', () => showMetrics(metricsPage))
  app.get('/openapi.json', async (context) => {
    // Only who reads the document needs the generator.
    const { createOpenApiDocument } = await import('./openapi.ts')
    return context.json(createOpenApiDocument(routes, version))
  })
  addPages(app)
  closeMethods(app)

  app.notFound((context) => {
    throw new InletError('not_found', {
      detail: `There is nothing at ${new URL(context.req.url).pathname.slice(0, 100)}; /docs lists what there is`,
    })
  })
  app.onError((thrown, context) => {
    const error = toInletError(thrown)
    const requestId = requestIdOf((name) => context.req.header(name))
    counter.stray(error.status)
    log(NO_ROUTE, error.status, { request_id: requestId }, error)
    return respondWithProblem(context, error, requestId)
  })
  return app
}
