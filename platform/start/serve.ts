import { randomBytes } from 'node:crypto'
import { createLogger, type Logger } from '#observability/logger.ts'
import { createInstruments } from '#observability/instruments.ts'
import type { Config } from '#platform/config.ts'
import { createStrayCounter, NO_ROUTE } from '#platform/runtime/count-strays.ts'
import type { InletFunction } from '#platform/runtime/create-function.ts'
import { logRequest } from '#platform/runtime/log-request.ts'
import type { Model } from '#platform/runtime/read-models.ts'
import { listen, type Listener } from './listen.ts'
import { createMetricsPort } from './metrics-port.ts'
import { openStorage } from './open-storage.ts'
import { openTelemetry, openTracing } from './open-telemetry.ts'
import { endPhase, recordStart, tellStart } from './start-phases.ts'
import { ANSWERED_BY, createStopTime, WRITTEN_BY } from './stop-time.ts'
import { createVirtualHosts, isLoopback, type VirtualHosts } from './virtual-hosts.ts'

export type Running = {
  readonly address: Listener['address']
  readonly logger: Logger
  readonly models: readonly Model[]
  readonly functions: readonly InletFunction[]
  /** Finishes what runs, writes what is queued, frees the models. */
  close(): Promise<void>
}

/** What the last spans and metrics may take, at once; a receiver that is away must not hold up the end. */
const PUSH_SHARE = 0.1

/**
 * Starts the process that the settings describe and resolves when it answers.
 * Throws StartError with what is wrong and what to do.
 */
export const serve = async (config: Config): Promise<Running> => {
  const logger = createLogger(config.LOG_LEVEL)
  const telemetry = await openTelemetry(config, logger)
  const tracing = await openTracing(config, logger)
  const instruments = createInstruments(telemetry.meter)
  const stop = createStopTime(config.STOP_TIMEOUT_SECONDS * 1000)
  const pushTime = config.STOP_TIMEOUT_SECONDS * 1000 * PUSH_SHARE
  let hasStarted = false
  const closing: (() => Promise<void>)[] = [
    async () => void (await Promise.all([tracing.close(pushTime), telemetry.close(pushTime)])),
  ]
  const close = async (): Promise<void> => {
    stop.begin()
    // In the reverse order of opening: first no new requests, last the telemetry of all of it.
    // A step that fails must not keep the next ones from saving what they hold.
    for (const step of closing.splice(0).toReversed()) {
      await step().catch((thrown: Error) => {
        logger.warn({ reason: thrown.message }, 'did not stop cleanly')
      })
    }
  }
  try {
    const storage = openStorage(config, logger, telemetry, instruments, tracing)
    // A start that fails says so at once: what waits on the disk waits for the next one.
    closing.push(() => storage.close(hasStarted ? stop.leftUntil(WRITTEN_BY) : 0))
    const gatewayToken = config.GATEWAY_TOKEN || randomBytes(32).toString('hex')
    const shared = {
      config,
      logger,
      telemetry,
      tracing,
      instruments,
      recorder: storage.recorder,
      gatewayToken,
    }
    const building =
      config.ROLE === 'function'
        ? import('./start-one-function.ts').then((role) => role.startOneFunction(shared))
        : import('./start-gateway.ts').then((role) => role.startGateway(shared, storage.log))
    // Models load in their threads while the database opens in this one.
    const [built, opened] = await Promise.allSettled([building, storage.opened])
    const functions =
      built.status === 'fulfilled' ? [...new Set(built.value.functions.values())] : []
    closing.push(async () => void (await Promise.all(functions.map((one) => one.close()))))
    if (opened.status === 'rejected') throw opened.reason
    if (built.status === 'rejected') throw built.reason
    const parts = built.value
    endPhase('model')
    storage.register(parts.models)
    telemetry.beforeCollect(() => {
      for (const one of functions) one.observe()
      const active = new Set(functions.filter(({ ready }) => ready).map(({ model }) => model))
      instruments.activeModels.record(active.size)
    })
    const countStray = createStrayCounter(instruments, '', [421])
    const onMisdirected: VirtualHosts['onMisdirected'] = (error, names) => {
      countStray(error.status)
      logRequest(logger, { endpoint: NO_ROUTE, status: error.status, names, error })
    }

    const isLocal = isLoopback(config.HOST)
    const fetch = createVirtualHosts({
      fallback: parts.fetch,
      functions: parts.functions,
      allowedHosts: config.ALLOWED_HOSTS,
      strict: isLocal || config.ALLOWED_HOSTS.length > 0,
      onMisdirected,
    })
    if (config.METRICS_PORT !== 0 && telemetry.page !== null) {
      const metricsOnly = createVirtualHosts({
        fallback: createMetricsPort(telemetry.page, logger),
        functions: new Map(),
        allowedHosts: config.ALLOWED_HOSTS,
        strict: isLocal,
        onMisdirected,
      })
      const metrics = await listen(metricsOnly, config.HOST, config.METRICS_PORT, 'METRICS_PORT')
      closing.push(() => metrics.close(0))
    }
    const traffic = await listen(tellStart(fetch), config.HOST, config.PORT, 'PORT')
    closing.push(() => traffic.close(stop.leftUntil(ANSWERED_BY)))
    closing.push(async () => telemetry.readLast())
    endPhase('listen')
    recordStart(instruments)
    hasStarted = true
    return { address: traffic.address, logger, models: parts.models, functions, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
