import { Hono } from 'hono'
import type { Logger } from '#observability/logger.ts'
import type { Telemetry } from '#observability/telemetry.ts'
import { closeRoutes } from '#platform/runtime/close-routes.ts'
import type { Fetch } from '#platform/runtime/fetch.ts'
import { logRequest, namesOf } from '#platform/runtime/log-request.ts'
import { showMetrics } from '#platform/runtime/show-metrics.ts'

const PATH = '/metrics'

/** What answers at METRICS_PORT: the page for Prometheus and nothing else. It is no traffic and counts as none. */
export const createMetricsPort = (page: Telemetry['page'], logger: Logger): Fetch => {
  const app = new Hono()
  app.get(PATH, async (context) => {
    const names = namesOf((name) => context.req.header(name))
    const answer = await showMetrics(page)
    logRequest(logger, { endpoint: PATH, status: answer.status, names })
    return answer
  })
  closeRoutes(app, { logger, detail: () => `This port answers at ${PATH} only` })
  return app.fetch
}
