import type { Hono } from 'hono'
import { InletError } from './errors.ts'

/**
 * Makes every registered path answer 405 with `Allow` to the methods it does not take.
 * Call it after the last route.
 */
export const closeMethods = (app: Hono): void => {
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
