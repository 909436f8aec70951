import { Hono, type Context } from 'hono'
import { cors } from 'hono/cors'
import type { Logger } from '#observability/logger.ts'
import type { Instruments } from '#observability/instruments.ts'
import type { Telemetry } from '#observability/telemetry.ts'
import type { RequestTrace, Tracing } from '#observability/tracing.ts'
import { closeRoutes } from '#platform/runtime/close-routes.ts'
import { toInletError, type InletError } from '#platform/runtime/errors.ts'
import { HEADERS, traceHeadersOf } from '#platform/runtime/identify.ts'
import { milliseconds } from '#platform/runtime/log-prediction.ts'
import { logRequest, namesOf, PROBES } from '#platform/runtime/log-request.ts'
import { respondWithProblem } from '#platform/runtime/respond.ts'
import { showMetrics } from '#platform/runtime/show-metrics.ts'
import { createRequestCounter } from './count-requests.ts'
import { addPages, logPage, PAGES } from './pages.ts'
import type { Route, RouteOptions } from './route.ts'
import { feedbackRoutes } from './routes/feedback.ts'
import { modelRoutes } from './routes/models.ts'
import { operationRoutes } from './routes/operation.ts'
import { predictRoutes } from './routes/predict.ts'
import { predictionRoutes } from './routes/predictions.ts'
import { qualityRoutes } from './routes/quality.ts'
import { watchStreamEnd } from './watch-stream-end.ts'

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

/** The versioned API over all models, the log of predictions, and the pages to try them. */
export const createGateway = (options: GatewayOptions): Hono => {
  const { instruments, logger, tracing, corsOrigins, metricsPage, version } = options
  const app = new Hono()
  if (corsOrigins.length > 0) app.use('/api/*', cors({ origin: [...corsOrigins] }))

  const answer = async (
    context: Context,
    route: Route,
    trace: RequestTrace | null,
  ): Promise<Response> => {
    const start = performance.now()
    const header = (name: string): string | undefined => context.req.header(name)
    const names = { ...namesOf(header), ...(trace !== null && { trace_id: trace.traceId }) }
    const requestId = names.request_id
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
      logRequest(logger, { endpoint: route.path, status, names: named, error })
    }
    counter.began(route.path)
    try {
      const body = await route.handle({ context, requestId, trace: traceHeadersOf(header), about })
      const status = route.status ?? 200
      context.header(HEADERS.requestId, requestId)
      if (body instanceof ReadableStream && context.req.method !== 'HEAD') {
        // Its rows are read while it is sent: how the request ended is known when they are.
        const watched = watchStreamEnd(body, (error) => end(error?.status ?? status, error))
        return context.body(watched, status as 200)
      }
      const isBare = body === null || body instanceof ReadableStream
      const response = isBare ? context.body(null, status) : context.json(body, status as 200)
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
    const method = route.method.toUpperCase()
    const attributes = { 'http.request.method': method, 'http.route': route.path }
    app.on(method, route.path, (context) =>
      PROBES.has(route.path)
        ? answer(context, route, null)
        : tracing.serve(
            `${method} ${route.path}`,
            (header) => context.req.header(header),
            attributes,
            (trace) => answer(context, route, trace),
          ),
    )
  }
  for (const path of PAGES) app.use(path, logPage(logger, path))
  app.get('/metrics', () => showMetrics(metricsPage))
  app.get('/openapi.json', async (context) => {
    // Only who reads the document needs the generator.
    const { createOpenApiDocument } = await import('./openapi.ts')
    return context.json(createOpenApiDocument(routes, version))
  })
  addPages(app)
  closeRoutes(app, {
    logger,
    detail: ({ req }) =>
      `There is nothing at ${new URL(req.url).pathname.slice(0, 100)}; /docs lists what there is`,
    count: counter.stray,
  })
  return app
}
