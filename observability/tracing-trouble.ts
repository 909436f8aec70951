import type { DiagLogger } from '@opentelemetry/api'
import type { Logger } from './logger.ts'

const PAUSE_MS = 60_000

/** The exporter reports an error as JSON of all that it holds, its stack included. */
const reasonOf = (message: string): string => {
  try {
    const { code, message: said } = JSON.parse(message) as { code?: string; message?: string }
    return code ?? said ?? 'unknown'
  } catch {
    return message
  }
}

/**
 * Where OpenTelemetry reports that spans or metrics were not sent, or spans dropped because too many wait. One line
 * a minute at most: a receiver that is away must not fill the log as well.
 */
export const tellTrouble = (logger: Logger, now: () => number = Date.now): DiagLogger => {
  let nextLine = 0
  const tell = (message: string): void => {
    if (now() < nextLine) return
    nextLine = now() + PAUSE_MS
    logger.warn({ reason: reasonOf(message).slice(0, 200) }, 'traces or metrics are not complete')
  }
  const ignore = (): void => {}
  return { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore }
}
