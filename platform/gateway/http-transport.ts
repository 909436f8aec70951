import { Agent, request } from 'undici'
import type { FunctionTransport } from './function-client.ts'

/**
 * Reaches functions over HTTP at `urlTemplate`, whose `{host}` is the function's.
 * Names under `.localhost` are this machine's: Node does not resolve them, so the connection goes to
 * 127.0.0.1 and the name into the Host header.
 */
export const createHttpTransport = (urlTemplate: string): FunctionTransport => {
  const agent = new Agent({ keepAliveTimeout: 30_000, connections: 128 })
  return async (host, { headers, body, signal }) => {
    const url = new URL('/predict', urlTemplate.replace('{host}', host))
    const named = url.host
    if (url.hostname.endsWith('.localhost')) url.hostname = '127.0.0.1'
    const {
      statusCode,
      headers: answered,
      body: stream,
    } = await request(url, {
      method: 'POST',
      headers: { ...headers, host: named },
      body,
      signal,
      dispatcher: agent,
    })
    return {
      status: statusCode,
      header: (name) => [answered[name] ?? null].flat()[0] ?? null,
      text: () => stream.text(),
    }
  }
}
