import http from 'node:http'

export type Call = {
  port: number
  /** The Host header; the connection goes to 127.0.0.1 whatever it says. */
  host?: string
  method?: string
  path: string
  headers?: Record<string, string>
  /** Sent as it is; anything but a string or bytes is sent as JSON. */
  body?: unknown
  /** The request is given up after this; without it as long as it takes. */
  timeoutMs?: number
}

export type Answer = {
  status: number
  headers: http.IncomingHttpHeaders
  text: string
  /** The parsed body; undefined when it is no JSON. */
  json: Record<string, unknown>
}

const parsed = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** One HTTP request to this machine; Node's fetch would drop the Host header. */
export const call = ({
  port,
  host,
  method,
  path,
  headers = {},
  body,
  timeoutMs,
}: Call): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array
    const payload = body === undefined || isRaw ? body : JSON.stringify(body)
    const sent: Record<string, string> = { host: `${host ?? 'localhost'}:${port}`, ...headers }
    if (payload !== undefined) sent['content-type'] ??= 'application/json'
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: method ?? (payload === undefined ? 'GET' : 'POST'),
        headers: sent,
        agent: false,
        ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timeoutMs) }),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const status = response.statusCode ?? 0
          resolve({ status, headers: response.headers, text, json: parsed(text) })
        })
      },
    )
    request.on('error', reject)
    request.end(payload)
  })
