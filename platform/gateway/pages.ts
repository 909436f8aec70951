import path from 'node:path'
import { createRequire } from 'node:module'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Hono, MiddlewareHandler } from 'hono'
import type { Logger } from '#observability/logger.ts'
import { logRequest, namesOf } from '#platform/runtime/log-request.ts'

const PLAYGROUND = path.join(import.meta.dirname, 'playground')
const REFERENCE = path.dirname(
  createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'),
)
/** Of the reference page's package, only what a browser needs. */
const REFERENCE_FILES = new Set(['swagger-ui.css', 'swagger-ui-bundle.js'])

/** What a page is made of; the folder also holds settings of its type check. */
const PAGE_FILE = /\.(?:html|css|js|svg)$/

/** No page here loads from, sends to, or may be framed by another host. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
/** The reference page draws with inline styles. */
const REFERENCE_POLICY = CONTENT_SECURITY_POLICY.replace(
  "style-src 'self'",
  "style-src 'self' 'unsafe-inline'",
)

/** What is read rather than asked: a page of the playground alone is some twenty files. */
export const PAGES = ['/', '/playground/*', '/docs/*', '/openapi.json', '/metrics']

/** A quiet line for each answer; an error's line is written where it is answered. */
export const logPage =
  (logger: Logger, endpoint: string): MiddlewareHandler =>
  async (context, next) => {
    await next()
    if (context.error !== undefined) return
    const names = namesOf((name) => context.req.header(name))
    logRequest(logger, { endpoint, status: context.res.status, names, isQuiet: true })
  }

const guard =
  (policy: string): MiddlewareHandler =>
  async (context, next) => {
    await next()
    context.header('content-security-policy', policy)
    context.header('x-content-type-options', 'nosniff')
    context.header('cache-control', 'no-cache')
  }

/** The playground at `/` and the API reference at `/docs`, as plain files. */
export const addPages = (app: Hono): void => {
  app.use('/docs', guard(REFERENCE_POLICY))
  app.get('/docs', serveStatic({ root: PLAYGROUND, path: 'reference.html' }))
  app.get(
    '/docs/:file',
    (context, next) =>
      REFERENCE_FILES.has(context.req.param('file')) ? next() : context.notFound(),
    serveStatic({
      root: REFERENCE,
      rewriteRequestPath: (url) => url.slice('/docs'.length),
    }),
  )
  for (const page of ['/', '/playground/*']) app.use(page, guard(CONTENT_SECURITY_POLICY))
  app.get('/', serveStatic({ root: PLAYGROUND, path: 'index.html' }))
  app.get(
    '/playground/*',
    (context, next) => (PAGE_FILE.test(context.req.path) ? next() : context.notFound()),
    serveStatic({
      root: PLAYGROUND,
      rewriteRequestPath: (url) => url.slice('/playground'.length),
    }),
  )
}
