import { Hono } from 'hono'
import type { Logger } from '#observability/logger.ts'
import type { Telemetry } from '#observability/telemetry.ts'
import { closeMethods } from '#platform/runtime/close-methods.ts'
import { NO_ROUTE } from '#platform/runtime/count-strays.ts'
import { InletError, toInletError } from '#platform/runtime/errors.ts'
import type { Fetch } from '#platform/runtime/fetch.ts'
import { logRequest, namesOf } from '#platform/runtime/log-request.ts'
import { respondWithProblem } from '#platform/runtime/respond.ts'
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
  closeMethods(app)
  app.notFound(() => {
    throw new InletError('not_found', { detail: `This port answers at ${PATH} only` })
  })
  app.onError((thrown, context) => {
    const error = toInletError(thrown)
    const names = namesOf((name) => context.req.header(name))
    logRequest(logger, { endpoint: NO_ROUTE, status: error.status, names, error })
    return respondWithProblem(context, error, names.request_id)
  })
  return app.fetch
}
