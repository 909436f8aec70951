import { InletError } from '#platform/runtime/errors.ts'
import type { Fetch } from '#platform/runtime/fetch.ts'
import { requestIdOf } from '#platform/runtime/identify.ts'
import { problemOf } from '#platform/runtime/respond.ts'

const LOCAL = /^(?:127(?:\.\d{1,3}){3}|\[?::1\]?)$/

/** Whether a host is this machine only. */
export const isLoopback = (host: string): boolean => host === 'localhost' || LOCAL.test(host)

export type VirtualHosts = {
  /** Answers for localhost, for addresses of this machine, and for whatever names no function. */
  fallback: Fetch
  /** By the first label of their host: `sentiment`, `v1-0-0-sentiment`. */
  functions: ReadonlyMap<string, { readonly fetch: Fetch }>
  /** Further names the fallback answers for. */
  allowedHosts: readonly string[]
  /** False behind probes and proxies that come by address: then any other host gets the fallback. */
  strict: boolean
  /** Told of each request that gets 421. */
  onMisdirected(): void
}

const hostnameOf = (url: string): string => {
  const authority = url
    .slice(url.indexOf('//') + 2)
    .split('/', 1)[0]!
    .toLowerCase()
  return authority.replace(/:\d*$/, '').replace(/\.$/, '')
}

/**
 * Picks who answers by the request's Host, as a cluster's ingress does.
 * An unknown host gets 421: a page that rebinds its name to this machine must not read the log.
 */
export const createVirtualHosts = (hosts: VirtualHosts): Fetch => {
  const allowed = new Set(hosts.allowedHosts.map((host) => host.toLowerCase()))
  return (request) => {
    const hostname = hostnameOf(request.url)
    const [label = '', ...rest] = hostname.split('.')
    if (rest.length > 0 && (rest.join('.') === 'localhost' || allowed.has(rest.join('.')))) {
      const target = hosts.functions.get(label)
      if (target !== undefined) return target.fetch(request)
    }
    const known = isLoopback(hostname) || allowed.has(hostname)
    if (known || !hosts.strict) return hosts.fallback(request)
    hosts.onMisdirected()
    return misdirected(request, [...hosts.functions.keys()])
  }
}

const misdirected = (request: Request, names: readonly string[]): Response => {
  const detail = `This server answers for localhost, ${names.map((name) => `${name}.localhost`).join(', ')}, and the names in ALLOWED_HOSTS`
  const error = new InletError('unknown_host', { detail })
  const requestId = requestIdOf((name) => request.headers.get(name) ?? undefined)
  return new Response(JSON.stringify(problemOf(error, requestId)), {
    status: error.status,
    headers: { 'content-type': 'application/problem+json', 'x-request-id': requestId },
  })
}
