import type { Fetch } from '#platform/runtime/fetch.ts'
import type { FunctionTransport } from './function-client.ts'

/** Reaches functions of the same process with the same HTTP requests, without a socket. */
export const createLocalTransport =
  (functions: ReadonlyMap<string, { readonly fetch: Fetch }>): FunctionTransport =>
  async (host, { headers, body, signal }) => {
    const target = functions.get(host)
    if (target === undefined) throw new Error(`no function at ${host}`)
    const url = `http://${host}.localhost/predict`
    const response = await target.fetch(new Request(url, { method: 'POST', headers, body, signal }))
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      text: () => response.text(),
    }
  }
