import { Hono } from 'hono'
import type { Logger } from '#observability/logger.ts'
import type { Instruments } from '#observability/instruments.ts'
import type { Telemetry } from '#observability/telemetry.ts'
import type { Tracing } from '#observability/tracing.ts'
import { answerPrediction, modelNotReady } from './answer-prediction.ts'
import type { BodyLimits } from './check.ts'
import { closeRoutes } from './close-routes.ts'
import { createStrayCounter, NO_ROUTE } from './count-strays.ts'
import { createLiveDrift, type LiveDrift } from './drift/live-drift.ts'
import type { Fetch } from './fetch.ts'
import { loadFunction, type ClosableFunction, type InferenceOptions } from './load-function.ts'
import { logRequest, namesOf, PROBES } from './log-request.ts'
import { createObserver, type ModelIdentity, type Observer } from './observe.ts'
import type { Model } from './read-models.ts'
import type { Recorder, RecordPolicy } from './record.ts'
import { showMetrics } from './show-metrics.ts'

export type ServingOptions = {
  /** What the cluster calls this deployment of the version; `local` without a cluster. */
  revision: string
  instruments: Instruments
  logger: Logger
  tracing: Tracing
  recorder: Recorder
  recordPolicy: RecordPolicy
  limits: BodyLimits
  gatewayToken: string
  /** The Prometheus text page of this process. */
  metricsPage: Telemetry['page']
}

export type FunctionOptions = ServingOptions &
  Model & {
    version: string
    inference: InferenceOptions
    /** Instances whose drift is watched; 0 watches none. */
    driftWindow: number
  }

/** A model's function: an HTTP application and what its process needs to know of it. */
export type InletFunction = {
  readonly model: string
  readonly version: string
  readonly fetch: Fetch
  readonly ready: boolean
  /** Sets the gauges that say whether the model is loaded, how many rows wait for it, and how far it drifted. */
  readonly observe: () => void
  /** Finishes what runs, then frees the model. */
  readonly close: () => Promise<void>
}

const serveFunction = (
  options: ServingOptions,
  model: ModelIdentity,
  loaded: ClosableFunction | null,
  observer: Observer,
  drift: LiveDrift | null,
): InletFunction => {
  const { tracing, logger, metricsPage } = options
  const isReady = (): boolean => loaded?.isAlive() ?? false
  const predicting = { ...options, model, loaded, observer, drift }
  const attributes = {
    'http.request.method': 'POST',
    'http.route': '/predict',
    'inlet.model': model.model,
    'inlet.version': model.version,
  }

  const app = new Hono()
  app.post('/predict', (context) =>
    tracing.serve(
      `predict ${model.model}`,
      (name) => context.req.header(name),
      attributes,
      (trace) => answerPrediction(context, predicting, trace),
    ),
  )
  for (const path of PROBES) {
    app.use(path, async (context, next) => {
      await next()
      if (context.error !== undefined) return
      const names = { ...model, ...namesOf((name) => context.req.header(name)) }
      logRequest(logger, { endpoint: path, status: context.res.status, names })
    })
  }
  app.get('/health', (context) => context.json({ status: 'healthy' }))
  app.get('/ready', (context) => {
    if (!isReady()) throw modelNotReady(model)
    return context.json({ status: 'ready', ...model })
  })
  app.get('/metrics', () => showMetrics(metricsPage))
  closeRoutes(app, {
    logger,
    detail: () => 'A function answers at /predict, /health, /ready and /metrics',
    count: createStrayCounter(options.instruments, model.model, [404, 405]),
    about: model,
    endpointOf: (path) => (PROBES.has(path) ? path : NO_ROUTE),
  })

  return {
    model: model.model,
    version: model.version,
    fetch: app.fetch,
    get ready() {
      return isReady()
    },
    observe: () => {
      observer.state(isReady(), loaded?.batcher.pending ?? 0)
      const current = drift?.current()
      if (current) observer.drift(current)
    },
    // Its gauges stay as they are: a process that ends is no model that could not be loaded.
    close: async () => {
      await loaded?.close()
    },
  }
}

/**
 * Makes a function from its folder and version. A model that does not load leaves the function up
 * but not ready: `/health` 200, `/ready` and `/predict` 503.
 */
export const createFunction = async (options: FunctionOptions): Promise<InletFunction> => {
  const { folder, card, version, definition, inference, logger } = options
  const model = { model: card.name, version, revision: options.revision }
  const observer = createObserver(options.instruments, model)
  const about = card.versions[version]
  if (about === undefined) throw new Error(`${card.name} has no version ${version}`)
  const loading = loadFunction(folder, version, about, definition, inference, observer)
  const loaded = await loading.catch((thrown: Error) => {
    logger.error({ ...model, reason: thrown.message }, 'the model did not load')
    return null
  })
  const { driftWindow: window } = options
  const drift =
    loaded && createLiveDrift({ definition, reference: loaded.reference, window, model, logger })
  return serveFunction(options, model, loaded, observer, drift)
}

/** The function of a folder whose card or handler cannot be read: up, but never ready. */
export const createUnreadableFunction = (options: ServingOptions, name: string): InletFunction => {
  const model = { model: name, version: 'unknown', revision: options.revision }
  return serveFunction(options, model, null, createObserver(options.instruments, model), null)
}
