import { pino, type DestinationStream, type Logger } from 'pino'

export type { Logger }

/** JSON lines on standard output, or where a test reads them. Callers log ids, sizes and codes, never inputs. */
export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  )
