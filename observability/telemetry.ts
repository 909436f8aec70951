import type { Meter } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { collectDefaultMetrics, Registry } from 'prom-client'

export type Telemetry = {
  readonly meter: Meter
  /** Runs before each page is made, for gauges that are read rather than set. */
  beforeCollect(read: () => void): void
  /**
   * The Prometheus text page: application metrics by OpenTelemetry, process metrics by prom-client.
   * Null where they are pushed.
   */
  readonly page: (() => Promise<string>) | null
  /** Before anything closes: what is read is read for the last time. */
  readLast(): void
  /** Pushes the last metrics, for at most `milliseconds`. */
  close(milliseconds: number): Promise<void>
}

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** promtool objects to these: gauges whose names end in `_total`. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** What prom-client tells of a process: processor, memory, event loop, garbage collection. */
export const createProcessMetrics = (): Registry => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  return registry
}

/** One meter and one page for a process. */
export const createTelemetry = (): Telemetry & { readonly page: () => Promise<string> } => {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [exporter] })
  const serializer = new PrometheusSerializer('', false, undefined, true, true)
  const processMetrics = createProcessMetrics()
  const reads: (() => void)[] = []
  return {
    meter: provider.getMeter('inlet'),
    beforeCollect: (read) => void reads.push(read),
    page: async () => {
      for (const read of reads) read()
      const { resourceMetrics } = await exporter.collect()
      return serializer.serialize(resourceMetrics) + (await processMetrics.metrics())
    },
    // Nobody asks for a page any more.
    readLast: () => {},
    close: () => provider.shutdown(),
  }
}
