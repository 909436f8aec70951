import { setTimeout as delay } from 'node:timers/promises'
import protobuf from 'protobufjs'
import { OTLP } from '#observability/testing/otlp-proto.ts'
import { listen } from '#observability/testing/programs.ts'

type Export = { resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[] }

const message = protobuf.parse(OTLP).root.lookupType('ExportTraceServiceRequest')
/** Longer than the exporter lets spans gather: when nothing came for so long, nothing more comes. */
const QUIET_MS = 6_000

/** An OTLP receiver that keeps what comes as it is, so that it costs little while a load runs, and counts later. */
export const startSpanCounter = async () => {
  let bodies: Buffer[] = []
  const { port, close } = await listen((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks))
      response.end()
    })
  })
  return {
    url: `http://127.0.0.1:${port}`,
    forget: (): void => void (bodies = []),
    /** Spans of this name, once no more come. */
    count: async (name: string): Promise<number> => {
      let seen: number
      do {
        seen = bodies.length
        await delay(QUIET_MS)
      } while (bodies.length > seen)
      const exports = bodies.map((body) => message.decode(body) as unknown as Export)
      const spans = exports
        .flatMap(({ resourceSpans }) => resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap((scope) => scope.spans)
      return spans.filter((span) => span.name === name).length
    },
    close,
  }
}
