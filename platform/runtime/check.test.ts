import { expect, test } from 'vitest'
import { readJson } from './check.ts'

const limits = { maxBodyBytes: 100, maxJsonDepth: 3 }
const post = (
  body: string | Uint8Array<ArrayBuffer> | ReadableStream,
  headers: Record<string, string> = {},
): Request =>
  new Request('http://localhost/predict', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    duplex: 'half',
  })

test('a JSON body is read', async () => {
  expect(await readJson(post('{"text":"ok"}'), limits)).toEqual({ text: 'ok' })
})

test.each(['application/json; charset=utf-8', 'application/vnd.api+json', 'Application/JSON'])(
  'the content type %s is JSON',
  async (type) => {
    expect(await readJson(post('1', { 'content-type': type }), limits)).toBe(1)
  },
)

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/jsonp',
])('the content type %s is refused', async (type) => {
  await expect(readJson(post('1', { 'content-type': type }), limits)).rejects.toMatchObject({
    code: 'unsupported_media_type',
    status: 415,
  })
})

test('a body without a content type, or compressed, is refused', async () => {
  const untyped = new Request('http://localhost/predict', {
    method: 'POST',
    body: new Uint8Array([0x31]),
  })
  await expect(readJson(untyped, limits)).rejects.toMatchObject({ status: 415 })
  const packed = post('1', { 'content-encoding': 'gzip' })
  await expect(readJson(packed, limits)).rejects.toMatchObject({ status: 415 })
})

test('a body that declares to be too large is refused unread', async () => {
  const request = post('1', { 'content-length': '101' })
  await expect(readJson(request, limits)).rejects.toMatchObject({ status: 413 })
  expect(request.bodyUsed).toBe(false)
})

test('a body of unknown length is read up to the limit only', async () => {
  let sent = 0
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 50
      controller.enqueue(new Uint8Array(50).fill(0x20))
    },
  })
  await expect(readJson(post(endless), limits)).rejects.toMatchObject({ code: 'body_too_large' })
  expect(sent).toBeLessThan(1000)
})

test('a body that breaks off is the caller’s failure, not ours', async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error('aborted')),
  })
  await expect(readJson(post(broken), limits)).rejects.toMatchObject({
    code: 'malformed_json',
    message: 'The body ended before it was complete',
  })
})

test.each(['{"a":[[1]]}', '"[[[[[["', String.raw`"\"[[[["`])('%s is not too deep', async (body) => {
  await expect(readJson(post(body), limits)).resolves.toBeDefined()
})

test('deep nesting is refused before it is parsed', async () => {
  await expect(readJson(post('['.repeat(90)), limits)).rejects.toMatchObject({
    code: 'invalid_input',
    status: 422,
    problems: [{ field: '', reason: 'must nest at most 3 levels deep' }],
  })
})

test.each(['', '{', '{"a":NaN}', '{"a":Infinity}', "{'a':1}", '1 2'])(
  '%j is not JSON',
  async (body) => {
    await expect(readJson(post(body), limits)).rejects.toMatchObject({
      code: 'malformed_json',
      status: 400,
    })
  },
)

test('bytes that are not UTF-8 are not JSON, and are not quoted in the answer', async () => {
  const bytes = new Uint8Array([0x22, 0xff, 0x22])
  await expect(readJson(post(bytes), limits)).rejects.toMatchObject({
    code: 'malformed_json',
    message: 'The body is not valid UTF-8',
  })
})
