import { expect, test } from 'vitest'
import { startTestServer } from '../testing/server.ts'

const { call } = await startTestServer({ MAX_BODY_BYTES: '200000' })

type Case = {
  name: string
  body?: unknown
  method?: string
  headers?: Record<string, string>
  path?: string
  status: number
  code: string
  field?: string
}

const cases: Case[] = [
  { name: 'no JSON', body: '{"model"', status: 400, code: 'malformed_json' },
  { name: 'nothing at all', body: '', status: 400, code: 'malformed_json' },
  {
    name: 'NaN',
    body: '{"model":"iris","features":[[NaN,1,1,1]]}',
    status: 400,
    code: 'malformed_json',
  },
  {
    name: 'Infinity',
    body: '{"model":"iris","features":[[Infinity,1,1,1]]}',
    status: 400,
    code: 'malformed_json',
  },
  {
    name: 'bytes that are no text',
    body: new Uint8Array([0x7b, 0xff]),
    status: 400,
    code: 'malformed_json',
  },
  {
    name: '1e999',
    body: '{"model":"iris","features":[[1e999,1,1,1]]}',
    status: 422,
    code: 'invalid_input',
    field: 'features.0.0',
  },
  {
    name: 'beyond float32',
    body: { model: 'iris', features: [[1e39, 1, 1, 1]] },
    status: 422,
    code: 'invalid_input',
    field: 'features.0.0',
  },
  {
    name: 'a wrong type',
    body: { model: 'sentiment', text: 17 },
    status: 422,
    code: 'invalid_input',
    field: 'text',
  },
  { name: 'a list instead of an object', body: [], status: 422, code: 'invalid_input', field: '' },
  { name: 'null', body: 'null', status: 422, code: 'invalid_input', field: '' },
  {
    name: 'a missing model',
    body: { text: 'x' },
    status: 422,
    code: 'invalid_input',
    field: 'model',
  },
  {
    name: 'a missing field',
    body: { model: 'iris' },
    status: 422,
    code: 'invalid_input',
    field: 'features',
  },
  {
    name: 'an unknown field',
    body: { model: 'iris', features: [[1, 2, 3, 4]], x: 1 },
    status: 422,
    code: 'invalid_input',
    field: 'x',
  },
  {
    name: 'an empty text',
    body: { model: 'sentiment', text: '' },
    status: 422,
    code: 'invalid_input',
    field: 'text',
  },
  {
    name: 'a lone surrogate',
    body: String.raw`{"model":"sentiment","text":"\ud800"}`,
    status: 422,
    code: 'invalid_input',
    field: 'text',
  },
  {
    name: 'U+0000',
    body: { model: 'sentiment', text: 'a\0' },
    status: 422,
    code: 'invalid_input',
    field: 'text',
  },
  {
    name: 'a text that is too long',
    body: { model: 'sentiment', text: 'x'.repeat(10_001) },
    status: 422,
    code: 'invalid_input',
    field: 'text',
  },
  {
    name: 'too many rows',
    body: { model: 'iris', features: Array.from({ length: 1001 }, () => [1, 2, 3, 4]) },
    status: 422,
    code: 'invalid_input',
    field: 'features',
  },
  { name: 'too deep', body: '['.repeat(100_000), status: 422, code: 'invalid_input', field: '' },
  { name: 'too large', body: `"${'x'.repeat(200_000)}"`, status: 413, code: 'body_too_large' },
  {
    name: 'an unknown model',
    body: { model: 'gpt', text: 'x' },
    status: 404,
    code: 'unknown_model',
    field: 'model',
  },
  {
    name: 'a model called constructor',
    body: { model: 'constructor' },
    status: 404,
    code: 'unknown_model',
    field: 'model',
  },
  {
    name: 'an unknown version',
    body: { model: 'iris', version: '9.9.9', features: [[1, 2, 3, 4]] },
    status: 404,
    code: 'unknown_version',
    field: 'version',
  },
  {
    name: 'a version called toString',
    body: { model: 'iris', version: 'toString', features: [[1, 2, 3, 4]] },
    status: 404,
    code: 'unknown_version',
    field: 'version',
  },
  {
    name: 'a wrong content type',
    body: '{}',
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: 'unsupported_media_type',
  },
  { name: 'a wrong method', method: 'PUT', status: 405, code: 'method_not_allowed' },
  { name: 'an unknown address', path: '/api/v2/predict', status: 404, code: 'not_found' },
  {
    name: 'a way out of the folder',
    path: '/playground/../../config.ts',
    status: 404,
    code: 'not_found',
  },
  {
    name: 'a file that is no part of a page',
    path: '/playground/tsconfig.json',
    status: 404,
    code: 'not_found',
  },
  {
    name: 'an encoded way out of the folder',
    path: '/playground/%2e%2e%2f%2e%2e%2fconfig.ts',
    status: 404,
    code: 'not_found',
  },
]

test.each(cases)('$name is answered $status $code', async ({ status, code, field, ...request }) => {
  const answer = await call({ path: '/api/v1/predict', ...request })
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.json).toMatchObject({ status, code, request_id: expect.stringMatching(/./) })
  if (field !== undefined) expect(answer.json['errors']).toMatchObject([{ field }])
  expect(answer.text).not.toMatch(/node_modules|\.ts:|at Object|Error:|xxxxx/)
})

test('a prototype in the body changes nothing', async () => {
  const body = '{"model":"iris","features":[[5.1,3.5,1.4,0.2]],"__proto__":{"version":"9.9.9"}}'
  const { status, json } = await call({ path: '/api/v1/predict', body })
  expect(status).toBe(200)
  expect(json['version']).toBe('1.0.0')
})

test.each(['0', '127.0.0.1.evil.example', 'evil.example', 'unknown.localhost'])(
  'the host %s is not answered for',
  async (host) => {
    const answer = await call({ host, path: '/api/v1/predictions' })
    expect(answer.status).toBe(421)
    expect(answer.json['code']).toBe('unknown_host')
  },
)

test('no page of another site is let in', async () => {
  const { headers } = await call({
    path: '/api/v1/models',
    headers: { origin: 'http://evil.example' },
  })
  expect(headers['access-control-allow-origin']).toBeUndefined()
})

test('a hundred clients at once all get their own answers', async () => {
  const rows = [
    [5.1, 3.5, 1.4, 0.2],
    [6.7, 3.0, 5.2, 2.3],
  ]
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      call({ path: '/api/v1/predict', body: { model: 'iris', features: [rows[index % 2]] } }),
    ),
  )
  for (const [index, { status, json }] of answers.entries()) {
    expect(status).toBe(200)
    expect((json['result'] as { predictions: number[] }).predictions).toEqual([
      index % 2 === 0 ? 0 : 2,
    ])
  }
  expect(new Set(answers.map(({ json }) => json['prediction_id'])).size).toBe(100)
})

test('after all of this the server still answers', async () => {
  expect((await call({ path: '/ready' })).status).toBe(200)
})
