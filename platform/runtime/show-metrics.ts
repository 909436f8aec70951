import { METRICS_CONTENT_TYPE, type Telemetry } from '#observability/telemetry.ts'
import { InletError } from './errors.ts'

/** Answers `/metrics`; throws InletError where a process pushes its metrics instead: never both. */
export const showMetrics = async (page: Telemetry['page']): Promise<Response> => {
  if (page === null) {
    const detail =
      'This process pushes its metrics to an OTLP receiver (OTEL_EXPORTER_OTLP_METRICS_ENDPOINT) and shows none'
    throw new InletError('not_found', { detail })
  }
  return new Response(await page(), { headers: { 'content-type': METRICS_CONTENT_TYPE } })
}
