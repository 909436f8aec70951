import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Fetch } from '#platform/runtime/fetch.ts'
import { StartError } from './start-error.ts'

export type Listener = {
  /** As given to `listen`, with the port that was free when 0 was asked for. */
  readonly address: { host: string; port: number }
  /** Takes no new request and resolves when those in progress are answered, or cut off after `milliseconds`. */
  close(milliseconds: number): Promise<void>
}

/** Longer than the idle time of the proxies in front, so that they close first (Envoy: 60 s). */
const KEEP_ALIVE_MS = 95_000
/** A client that sends its headers slower than this is not worth a socket. */
const HEADERS_MS = 30_000

/**
 * Requests in progress, by connection. Node's own closing waits for connections that never send a request
 * and lets busy ones send more.
 */
const trackRequests = (server: Server) => {
  const requests = new Map<Socket, number>()
  const answering = new Set<ServerResponse>()
  let isClosing = false
  server.on('connection', (socket) => {
    requests.set(socket, 0)
    socket.on('close', () => requests.delete(socket))
  })
  server.prependListener('request', ({ socket }, response) => {
    requests.set(socket, (requests.get(socket) ?? 0) + 1)
    answering.add(response)
    if (isClosing) response.shouldKeepAlive = false
    response.on('close', () => {
      answering.delete(response)
      if (requests.has(socket)) requests.set(socket, (requests.get(socket) ?? 1) - 1)
    })
  })
  return {
    /** Ends connections without a request, and the others after their answer. */
    endAfterAnswers: (): void => {
      isClosing = true
      for (const response of answering) response.shouldKeepAlive = false
      for (const [socket, count] of requests) if (count === 0) socket.destroy()
    },
  }
}

/** Starts an HTTP server; throws StartError with what to do when it cannot listen there. */
export const listen = async (
  fetch: Fetch,
  host: string,
  port: number,
  setting: 'PORT' | 'METRICS_PORT',
): Promise<Listener> => {
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server
  const connections = trackRequests(server)
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.headersTimeout = HEADERS_MS
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    const message =
      code === 'EADDRINUSE'
        ? `Port ${port} is taken. Stop what uses it, or choose another: ${setting}=${port + 1} make run`
        : `Cannot listen on ${host}, port ${port} (${code}). Check HOST and ${setting}.`
    throw new StartError(message, { cause: thrown })
  }
  return {
    address: { host, port: (server.address() as AddressInfo).port },
    close: async (milliseconds) => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
      connections.endAfterAnswers()
      const late = setTimeout(() => server.closeAllConnections(), milliseconds)
      await closed
      clearTimeout(late)
    },
  }
}
