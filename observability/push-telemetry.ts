import { hostname } from 'node:os'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type CollectionResult,
  type MetricCollectOptions,
} from '@opentelemetry/sdk-metrics'
import type { Logger } from './logger.ts'
import { createProcessMetricsProducer } from './process-metrics-producer.ts'
import { createProcessMetrics, type Telemetry } from './telemetry.ts'

export type PushOptions = {
  /** Of an OTLP receiver over HTTP, such as Prometheus' `/api/v1/otlp/v1/metrics`. */
  url: string
  intervalMs: number
  /** Prometheus' label `job`. */
  serviceName: string
  logger: Logger
}

/** Runs reads before each collection, as a page does. */
class ReadingReader extends PeriodicExportingMetricReader {
  readonly reads: (() => void)[] = []

  override collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    for (const read of this.reads) read()
    return super.collect(options)
  }
}

/** The first failure after a success is logged, and the next success. */
const logOutcome = (exporter: OTLPMetricExporter, url: string, logger: Logger): void => {
  const send = exporter.export.bind(exporter)
  let hasFailed = false
  exporter.export = (metrics, done) =>
    send(metrics, (result) => {
      const fails = result.error !== undefined
      if (fails && !hasFailed)
        logger.warn({ url, reason: result.error?.message }, 'metrics not pushed')
      if (!fails && hasFailed) logger.info({ url }, 'metrics are pushed again')
      hasFailed = fails
      done(result)
    })
}

/**
 * One meter for a process that pushes: everything that a page would show goes to the receiver every interval and at
 * the end, and there is no page. `pod` is named as Prometheus names it when it scrapes, so that rules fit both;
 * OTEL_RESOURCE_ATTRIBUTES adds to this, and the exporter reads OTEL_EXPORTER_OTLP_HEADERS itself.
 */
export const createPushTelemetry = (options: PushOptions): Telemetry => {
  const { url, intervalMs, serviceName, logger } = options
  const resource = resourceFromAttributes({
    'service.name': serviceName,
    'service.instance.id': hostname(),
    pod: hostname(),
  }).merge(detectResources({ detectors: [envDetector] }))
  const exporter = new OTLPMetricExporter({ url })
  logOutcome(exporter, url, logger)
  const reader = new ReadingReader({
    exporter,
    exportIntervalMillis: intervalMs,
    metricProducers: [createProcessMetricsProducer(createProcessMetrics(), resource)],
  })
  const provider = new MeterProvider({ resource, readers: [reader] })
  return {
    meter: provider.getMeter('inlet'),
    beforeCollect: (read) => void reader.reads.push(read),
    page: null,
    // The last push comes when all is closed: read then, a model would be not loaded, and its alert would fire for
    // five minutes after each function that falls asleep.
    readLast: () => {
      for (const read of reader.reads.splice(0)) read()
    },
    close: (milliseconds) =>
      provider.shutdown({ timeoutMillis: milliseconds }).catch((thrown: Error) => {
        logger.warn({ url, reason: thrown.message }, 'metrics not pushed')
      }),
  }
}
