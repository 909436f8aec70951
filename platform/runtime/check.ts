import { InletError } from './errors.ts'

export type BodyLimits = {
  /** Bytes. */
  maxBodyBytes: number
  /** Levels of arrays and objects inside each other. */
  maxJsonDepth: number
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

/** A compressed body would have to be unpacked before its size is known. */
const isPlain = ({ headers }: Request): boolean =>
  (headers.get('content-encoding') ?? 'identity') === 'identity'

/** A body without a type is refused too: pages of other sites may send one without asking first. */
const checkContentType = (request: Request): void => {
  const type = request.headers.get('content-type')
  if (type !== null && JSON_TYPE.test(type) && isPlain(request)) return
  throw new InletError('unsupported_media_type', {
    detail: 'Send the body as plain JSON, with the header content-type: application/json',
    headers: { accept: 'application/json' },
  })
}

const tooLarge = (maxBodyBytes: number): InletError =>
  new InletError('body_too_large', { detail: `The body must have at most ${maxBodyBytes} bytes` })

/** Reads a body of unknown length and stops at the limit. */
const readStream = async (body: ReadableStream<Uint8Array>, maximum: number): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.byteLength
    if (length > maximum) throw tooLarge(maximum)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const readBytes = async (request: Request, maximum: number): Promise<Uint8Array> => {
  const declared = request.headers.get('content-length')
  if (declared !== null && Number(declared) > maximum) throw tooLarge(maximum)
  try {
    if (declared !== null) return new Uint8Array(await request.arrayBuffer())
    return request.body === null ? new Uint8Array() : await readStream(request.body, maximum)
  } catch (thrown) {
    if (thrown instanceof InletError) throw thrown
    const detail = 'The body ended before it was complete'
    throw new InletError('malformed_json', { detail, cause: thrown })
  }
}

/** The deepest nesting in a JSON text: brackets are counted, those inside strings are not. */
const depthOf = (json: string): number => {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let index = 0; index < json.length; index++) {
    const code = json.charCodeAt(index)
    if (inString) {
      if (code === 0x5c) index++
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (code === 0x5d || code === 0x7d) depth--
  }
  return deepest
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Step 2 of a request: may it come in. Reads the JSON body within its limits.
 * Throws `unsupported_media_type`, `body_too_large`, `malformed_json`, or `invalid_input` for depth.
 */
export const readJson = async (request: Request, limits: BodyLimits): Promise<unknown> => {
  checkContentType(request)
  const bytes = await readBytes(request, limits.maxBodyBytes)
  let json: string
  try {
    json = utf8.decode(bytes)
  } catch (cause) {
    throw new InletError('malformed_json', { detail: 'The body is not valid UTF-8', cause })
  }
  if (depthOf(json) > limits.maxJsonDepth) {
    const reason = `must nest at most ${limits.maxJsonDepth} levels deep`
    throw new InletError('invalid_input', { problems: [{ field: '', reason }] })
  }
  try {
    return JSON.parse(json)
  } catch (cause) {
    const detail =
      json.trim() === ''
        ? 'The body is empty; send a JSON object'
        : 'The body is not valid JSON (NaN and Infinity are not JSON either)'
    throw new InletError('malformed_json', { detail, cause })
  }
}
