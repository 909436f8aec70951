import { request } from 'undici'

/** Answers to a person at a terminal: later than this is no answer. */
const TIMEOUT_MS = 5_000

export type Get = (path: string) => Promise<{ status: number; text: string }>

/** GET below an address. Names below `localhost` are this machine's, which only browsers and curl know. */
export const createGet = (address: string, timeoutMs = TIMEOUT_MS): Get => {
  const base = new URL(address)
  const { host } = base
  if (/^(?:.+\.)?localhost$/.test(base.hostname)) base.hostname = '127.0.0.1'
  const prefix = base.href.replace(/\/$/, '')
  return async (path) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const { statusCode, body } = await request(prefix + path, { headers: { host }, signal })
    return { status: statusCode, text: await body.text() }
  }
}
