import { InletError } from '#platform/runtime/errors.ts'
import type { Fetch } from '#platform/runtime/fetch.ts'
import { namesOf } from '#platform/runtime/log-request.ts'
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
  /** Told of each request that gets 421, and what it is called. */
  onMisdirected(error: InletError, names: { request_id: string }): void
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
    const error = unknownHost([...hosts.functions.keys()])
    const names = namesOf((name) => request.headers.get(name) ?? undefined)
    hosts.onMisdirected(error, names)
    return new Response(JSON.stringify(problemOf(error, names.request_id)), {
      status: error.status,
      headers: { 'content-type': 'application/problem+json', 'x-request-id': names.request_id },
    })
  }
}

const unknownHost = (names: readonly string[]): InletError => {
  const detail = `This server answers for localhost, ${names.map((name) => `${name}.localhost`).join(', ')}, and the names in ALLOWED_HOSTS`
  return new InletError('unknown_host', { detail })
}
