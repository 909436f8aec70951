import type { Context, Hono } from 'hono'
import type { Logger } from '#observability/logger.ts'
import { NO_ROUTE } from './count-strays.ts'
import { InletError, toInletError } from './errors.ts'
import { logRequest, namesOf } from './log-request.ts'
import { respondWithProblem } from './respond.ts'

export type ClosingOptions = {
  logger: Logger
  /** What the answer to an unknown address says. */
  detail: (context: Context) => string
  count?: (status: number) => void
  /** Further names in the log's line. */
  about?: object
  /** The endpoint that the line names. */
  endpointOf?: (path: string) => string
}

/** Makes every registered path answer 405 with `Allow` to the methods it does not take. */
const closeMethods = (app: Hono): void => {
  const methodsByPath = new Map<string, Set<string>>()
  for (const { path, method } of app.routes) {
    if (method === 'ALL') continue
    methodsByPath.set(path, (methodsByPath.get(path) ?? new Set()).add(method))
  }
  for (const [path, methods] of methodsByPath) {
    if (methods.has('GET')) methods.add('HEAD')
    const allow = [...methods].join(', ')
    app.all(path, (context, next) => {
      // A handler of this very method passed: what it looked for does not exist.
      if (methods.has(context.req.method)) return next()
      const detail = `This address takes ${allow}`
      throw new InletError('method_not_allowed', { detail, headers: { allow } })
    })
  }
}

/**
 * Answers what no route of an application takes with 405 or 404, and whatever is thrown with its problem, each
 * counted and logged once. Call it after the last route.
 */
export const closeRoutes = (app: Hono, options: ClosingOptions): void => {
  const { logger, detail, count = () => {}, about = {}, endpointOf = () => NO_ROUTE } = options
  closeMethods(app)
  app.notFound((context) => {
    throw new InletError('not_found', { detail: detail(context) })
  })
  app.onError((thrown, context) => {
    const error = toInletError(thrown)
    const { status } = error
    const names = namesOf((name) => context.req.header(name))
    count(status)
    const endpoint = endpointOf(context.req.path)
    logRequest(logger, { endpoint, status, names: { ...about, ...names }, error })
    return respondWithProblem(context, error, names.request_id)
  })
}
