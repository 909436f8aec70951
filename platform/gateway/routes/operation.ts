import { InletError } from '#platform/runtime/errors.ts'
import { UNAVAILABLE, type Route, type RouteOptions } from '../route.ts'
import * as schemas from '../schemas.ts'

/** What probes ask. */
export const operationRoutes = ({ log }: RouteOptions): Route[] => [
  {
    method: 'get',
    path: '/health',
    summary: 'Whether the process lives',
    tag: 'Operation',
    request: {},
    answer: schemas.health,
    problems: {},
    handle: async () => ({ status: 'healthy' }),
  },
  {
    method: 'get',
    path: '/ready',
    summary: 'Whether the prediction log can be read',
    tag: 'Operation',
    request: {},
    answer: schemas.ready,
    problems: UNAVAILABLE,
    handle: async () => {
      if (!(await log.reachable())) throw new InletError('database_unavailable')
      return { status: 'ready' }
    },
  },
]
