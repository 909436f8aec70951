import protobuf from 'protobufjs'
import { afterAll } from 'vitest'
import { OTLP } from './otlp-proto.ts'
import { listen } from './programs.ts'

type Value = Record<string, string | number | boolean>
type Encoded = {
  traceId: string
  spanId: string
  parentSpanId?: string
  traceState?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: { key: string; value: Value }[]
  events?: { name: string }[]
  links?: { traceId: string; spanId: string }[]
  status?: { code?: number; message?: string }
}
type Export = {
  resourceSpans: {
    resource: { attributes: { key: string; value: Value }[] }
    scopeSpans: { spans: Encoded[] }[]
  }[]
}

/** A span as tests read it, whichever encoding it came in. */
export type ReceivedSpan = {
  service: unknown
  name: string
  kind: 'internal' | 'server' | 'client'
  traceId: string
  spanId: string
  parentSpanId: string
  traceState: string
  /** Milliseconds since 1970. */
  from: number
  to: number
  attributes: Record<string, unknown>
  events: number
  links: string[]
  failed: boolean
  statusMessage: string
}

const message = protobuf.parse(OTLP).root.lookupType('ExportTraceServiceRequest')
const IDS = new Set(['traceId', 'spanId', 'parentSpanId'])

/** Protobuf as an object like that of JSON, where ids are hexadecimal and 64-bit numbers text. */
const decode = (body: Buffer): Export => {
  const object = message.toObject(message.decode(body), { longs: String, bytes: String })
  return JSON.parse(JSON.stringify(object), (key, value: unknown) =>
    IDS.has(key) ? Buffer.from(String(value), 'base64').toString('hex') : value,
  ) as Export
}

const attributesOf = (attributes: Encoded['attributes'] = []): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [[kind, content] = []] = Object.entries(value)
      return [key, kind === 'intValue' ? Number(content) : content]
    }),
  )

const KINDS = { 1: 'internal', 2: 'server', 3: 'client' } as const

const read = ({ resourceSpans }: Export): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = attributesOf(resource.attributes)['service.name']
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        service,
        name: span.name,
        kind: KINDS[span.kind as keyof typeof KINDS],
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        traceState: span.traceState ?? '',
        from: Number(span.startTimeUnixNano) / 1e6,
        to: Number(span.endTimeUnixNano) / 1e6,
        attributes: attributesOf(span.attributes),
        events: span.events?.length ?? 0,
        links: (span.links ?? []).map(({ spanId }) => spanId),
        failed: span.status?.code === 2,
        statusMessage: span.status?.message ?? '',
      }))
  })

/** An OTLP receiver for both encodings over HTTP, closed after the file's tests. */
export const startOtlpReceiver = async () => {
  const spans: ReceivedSpan[] = []
  const types = new Set<string>()
  let raw = ''
  const { port, close } = await listen(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const type = request.headers['content-type'] ?? ''
    types.add(type)
    raw += body.toString('latin1')
    const isJson = type === 'application/json'
    spans.push(...read(isJson ? (JSON.parse(body.toString()) as Export) : decode(body)))
    response.writeHead(200, { 'content-type': type })
    response.end(isJson ? '{}' : undefined)
  })
  afterAll(close)
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    /** Content types that came. */
    types,
    /** All that came, as it came. */
    raw: () => raw,
    named: (name: string): ReceivedSpan[] => spans.filter((span) => span.name === name),
    /** The span of this name; throws, with all names, when there is another number of them. */
    one: (name: string): ReceivedSpan => {
      const found = spans.filter((span) => span.name === name)
      if (found.length !== 1) {
        const names = spans.map((span) => span.name).join(', ')
        throw new Error(`${found.length} spans are named ${name}; there are ${names}`)
      }
      return found[0]!
    },
  }
}
