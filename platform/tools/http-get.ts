import { call } from '#platform/tools/local-request.ts'

/** Answers to a person at a terminal: later than this is no answer. */
const TIMEOUT_MS = 5_000

export type Get = (path: string) => Promise<{ status: number; text: string }>

/** GET below an address. Names below `localhost` are this machine's, which only browsers and curl know. */
export const createGet = (address: string, timeoutMs = TIMEOUT_MS): Get => {
  const { protocol, hostname, port, pathname } = new URL(address)
  const prefix = pathname.replace(/\/$/, '')
  const isLocal = protocol === 'http:' && /^(?:.+\.)?localhost$/.test(hostname)
  return async (path) => {
    if (isLocal) {
      const target = { host: hostname, port: Number(port || 80), path: prefix + path }
      const { status, text } = await call({ ...target, timeoutMs })
      return { status, text }
    }
    const base = address.replace(/\/$/, '')
    const answer = await fetch(base + path, { signal: AbortSignal.timeout(timeoutMs) })
    return { status: answer.status, text: await answer.text() }
  }
}
