import { expect, test } from 'vitest'
import { createFunctionClient, type FunctionTransport } from './function-client.ts'

const ID = '01890a5d-ac96-774b-bcce-b302099a8057'
const call = {
  host: 'iris',
  input: { features: [] },
  predictionId: ID,
  requestId: 'r1',
  trace: {},
  version: undefined,
  caller: new AbortController().signal,
}

const answering = (status: number, body: string, headers: Record<string, string> = {}) => {
  const transport: FunctionTransport = async () => ({
    status,
    header: (name) => headers[name] ?? null,
    text: async () => body,
  })
  return createFunctionClient({ transport, gatewayToken: 'token', timeoutMs: 1000 })(call)
}

const good = JSON.stringify({
  label: 'positive',
  model_version: '1.0.0',
  prediction_id: ID,
  processing_time_ms: 1.5,
})

test('an answer is taken apart into result and identity', async () => {
  expect(await answering(200, good, { 'inlet-confidence': '0.9' })).toEqual({
    version: '1.0.0',
    result: { label: 'positive' },
    confidence: 0.9,
    processingTimeMs: 1.5,
    recorded: true,
    revision: null,
    serverTiming: null,
  })
  expect((await answering(200, good)).confidence).toBeNull()
})

test("a function's problem is passed on with its fields", async () => {
  const problem = {
    code: 'invalid_input',
    detail: 'text is required',
    errors: [{ field: 'text', reason: 'is required' }],
  }
  await expect(answering(422, JSON.stringify(problem))).rejects.toMatchObject({
    code: 'invalid_input',
    status: 422,
    problems: problem.errors,
  })
})

test.each([
  [503, 'pending request queue full', 'overloaded'],
  [504, 'request timeout', 'prediction_timeout'],
  [502, '<html>bad gateway</html>', 'function_unavailable'],
  [200, 'not JSON', 'function_unavailable'],
  [200, '{}', 'function_unavailable'],
  [421, '{"code":"unknown_host","detail":"not me"}', 'function_unavailable'],
] as const)('status %i with %j from a proxy is %s', async (status, body, code) => {
  await expect(answering(status, body)).rejects.toMatchObject({ code })
})

test('the wait that an overloaded function asks for is passed on', async () => {
  await expect(answering(503, 'full', { 'retry-after': '7' })).rejects.toMatchObject({
    headers: { 'retry-after': '7' },
  })
})

test('an answer under another id is not passed on', async () => {
  const other = good.replace(ID, '01890a5d-ac96-774b-bcce-b302099a8058')
  await expect(answering(200, other)).rejects.toMatchObject({ code: 'function_unavailable' })
})

test('a function that does not answer in time is given up', async () => {
  const transport: FunctionTransport = () => new Promise(() => {})
  const callFunction = createFunctionClient({ transport, gatewayToken: 'token', timeoutMs: 1 })
  await expect(callFunction(call)).rejects.toMatchObject({
    code: 'prediction_timeout',
    status: 504,
  })
})

test('a function that cannot be reached is unavailable', async () => {
  const transport: FunctionTransport = () => Promise.reject(new Error('ECONNREFUSED'))
  const callFunction = createFunctionClient({ transport, gatewayToken: 'token', timeoutMs: 1000 })
  await expect(callFunction(call)).rejects.toMatchObject({
    code: 'function_unavailable',
    status: 503,
    headers: { 'retry-after': '1' },
  })
})

test.each([
  ['a broken connection', () => Promise.reject(new Error('ECONNRESET'))],
  [
    "a proxy's 502",
    () => Promise.resolve({ status: 502, header: () => null, text: async () => '' }),
  ],
] as const)('%s is asked once more, under the same id', async (_, broken) => {
  const ids: (string | undefined)[] = []
  const transport: FunctionTransport = async (_host, { headers }) => {
    ids.push(headers['x-prediction-id'])
    if (ids.length === 1) return broken()
    return { status: 200, header: () => null, text: async () => good }
  }
  const callFunction = createFunctionClient({ transport, gatewayToken: 'token', timeoutMs: 1000 })
  expect((await callFunction(call)).result).toEqual({ label: 'positive' })
  expect(ids).toEqual([ID, ID])
})

test.each([500, 503, 504])('a %i is an answer, and not asked for again', async (status) => {
  let calls = 0
  const transport: FunctionTransport = async () => {
    calls++
    return { status, header: () => null, text: async () => '' }
  }
  const callFunction = createFunctionClient({ transport, gatewayToken: 'token', timeoutMs: 1000 })
  await expect(callFunction(call)).rejects.toThrow()
  expect(calls).toBe(1)
})

test('another version than the one that was asked for does not answer', async () => {
  const transport: FunctionTransport = async () => ({
    status: 200,
    header: () => null,
    text: async () => good,
  })
  const callFunction = createFunctionClient({ transport, gatewayToken: 'token', timeoutMs: 1000 })
  await expect(callFunction({ ...call, version: '1.0.0' })).resolves.toBeDefined()
  await expect(callFunction({ ...call, version: '2.0.0' })).rejects.toMatchObject({
    code: 'function_unavailable',
  })
})

test('a caller that goes away ends the call', async () => {
  const caller = new AbortController()
  const transport: FunctionTransport = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')))
      caller.abort()
    })
  const callFunction = createFunctionClient({ transport, gatewayToken: 'token', timeoutMs: 1000 })
  await expect(callFunction({ ...call, caller: caller.signal })).rejects.toMatchObject({
    code: 'cancelled',
  })
})
