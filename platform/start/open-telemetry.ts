import type { Logger } from '#observability/logger.ts'
import { createTelemetry, type Telemetry } from '#observability/telemetry.ts'
import { noTracing, type Tracing } from '#observability/tracing.ts'
import type { Config } from '#platform/config.ts'

/** What this process is called in traces and pushed metrics: the model, the part, or inlet for all of it. */
const serviceName = ({ ROLE, FUNCTION }: Config): string => {
  if (ROLE === 'all') return 'inlet'
  return ROLE === 'function' ? FUNCTION : ROLE
}

/** Metrics that are scraped, or pushed where a receiver is set: only then the parts for that are loaded. */
export const openTelemetry = async (config: Config, logger: Logger): Promise<Telemetry> => {
  const url = config.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT
  if (url === '') return createTelemetry()
  const { createPushTelemetry } = await import('#observability/push-telemetry.ts')
  const intervalMs = config.OTEL_METRIC_EXPORT_INTERVAL
  return createPushTelemetry({ url, intervalMs, serviceName: serviceName(config), logger })
}

/** Traces where a receiver is set. */
export const openTracing = async (config: Config, logger: Logger): Promise<Tracing> => {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === '') return noTracing
  const { startTracing } = await import('#observability/otlp-tracing.ts')
  return startTracing(serviceName(config), logger)
}
