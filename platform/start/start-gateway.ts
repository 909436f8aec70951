import { createFunctionClient } from '#platform/gateway/function-client.ts'
import { createLoggedRowCounter } from '#platform/gateway/count-logged-rows.ts'
import { createDriftFromLog } from '#platform/gateway/drift-from-log.ts'
import { createGateway } from '#platform/gateway/create-gateway.ts'
import { createFeedbackGauges } from '#platform/gateway/feedback-gauges.ts'
import { createHttpTransport } from '#platform/gateway/http-transport.ts'
import { createLocalTransport } from '#platform/gateway/local-transport.ts'
import { createModelCatalog, type ModelCatalog } from '#platform/gateway/model-catalog.ts'
import type { PredictionLog } from '#platform/gateway/prediction-log.ts'
import manifest from '../../package.json' with { type: 'json' }
import { StartError } from './start-error.ts'
import { readFolders, type Folders } from './read-folders.ts'
import type { Parts, Shared } from './start-functions.ts'
import { traceLog } from './trace-database.ts'

const catalogOf = ({ models, unreadable }: Folders): ModelCatalog => {
  try {
    return createModelCatalog(models, unreadable)
  } catch (thrown) {
    throw new StartError(`The model cards do not fit together: ${(thrown as Error).message}`)
  }
}

/** Imported only here: a gateway alone has no inference engine. */
const everyFunction = async (shared: Shared, folders: Folders) => {
  const { startAllFunctions } = await import('./start-functions.ts')
  return startAllFunctions(shared, folders)
}

/** ROLE=gateway: the API over all models; ROLE=all: with every function in the same process. */
export const startGateway = async (shared: Shared, log: PredictionLog): Promise<Parts> => {
  const { config, logger, telemetry, tracing, instruments, gatewayToken } = shared
  const withFunctions = config.ROLE === 'all'
  const folders = await readFolders(config.FUNCTIONS_DIRECTORY, logger)
  const { models } = folders
  const functions = withFunctions ? await everyFunction(shared, folders) : new Map()
  const transport = withFunctions
    ? createLocalTransport(functions)
    : createHttpTransport(config.FUNCTION_URL)
  const catalog = catalogOf(folders)
  telemetry.beforeCollect(createFeedbackGauges({ catalog, log, instruments, logger }))
  telemetry.beforeCollect(createLoggedRowCounter({ catalog, log, instruments, logger }))
  // Functions of the same process never sleep: they tell it themselves.
  if (!withFunctions) {
    const window = config.DRIFT_WINDOW
    telemetry.beforeCollect(createDriftFromLog({ catalog, log, instruments, window, logger }))
  }
  const app = createGateway({
    catalog,
    callFunction: createFunctionClient({
      transport,
      gatewayToken,
      timeoutMs: config.PREDICTION_TIMEOUT_MS,
      tracing,
    }),
    log: traceLog(tracing, log),
    limits: { maxBodyBytes: config.MAX_BODY_BYTES, maxJsonDepth: config.MAX_JSON_DEPTH },
    instruments,
    logger,
    tracing,
    metricsPage: telemetry.page,
    corsOrigins: config.CORS_ORIGINS,
    version: manifest.version,
  })
  return { models, functions, fetch: app.fetch }
}
