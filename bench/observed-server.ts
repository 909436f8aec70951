/**
 * One function without gateway and database, with as much of metrics, logs and traces as its argument says,
 * for observability-cost.ts. Lines go to standard output; the port is sent to the parent.
 */
import { createNoopMeter } from '@opentelemetry/api'
import { createLogger } from '#observability/logger.ts'
import { createInstruments } from '#observability/instruments.ts'
import { createTelemetry } from '#observability/telemetry.ts'
import { startTracing } from '#observability/otlp-tracing.ts'
import { noTracing } from '#observability/tracing.ts'
import { listen } from '#platform/start/listen.ts'
import { startTestFunction } from '#platform/testing/function.ts'

export type Observed = { model: string; metrics: boolean; logs: boolean; traces: boolean }

const { model, metrics, logs, traces } = JSON.parse(process.argv[2]!) as Observed
const telemetry = createTelemetry()
const logger = createLogger(logs ? 'info' : 'silent')
const observed = await startTestFunction(model, undefined, {
  instruments: createInstruments(metrics ? telemetry.meter : createNoopMeter()),
  logger,
  tracing: traces ? await startTracing(`inlet-${model}`, logger) : noTracing,
  inference: { mode: 'auto', threads: 1, maxQueue: 10_000 },
  metricsPage: telemetry.page,
})
const { address } = await listen(observed.fetch, '127.0.0.1', 0, 'PORT')
process.send!(address.port)
