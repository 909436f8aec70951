import { expect, test } from 'vitest'
import { identify, traceHeadersOf } from './identify.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const given = '01890a5d-ac96-774b-bcce-b302099a8057'

const identifyWith = (headers: Record<string, string>, token = 'token') =>
  identify((name) => headers[name], token, null)

test('each prediction gets a new UUIDv7, later ones sort after earlier ones', () => {
  const ids = Array.from({ length: 1000 }, () => identifyWith({}).predictionId)
  expect(ids.every((id) => UUID_V7.test(id))).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(1000)
})

test('only the gateway may name a prediction', () => {
  const headers = { 'x-prediction-id': given, 'inlet-record': 'wait' }
  expect(identifyWith({ ...headers, 'inlet-gateway-token': 'token' })).toMatchObject({
    predictionId: given,
    waitForRecord: true,
  })
  for (const token of [{}, { 'inlet-gateway-token': 'other' }]) {
    const identity = identifyWith({ ...headers, ...token })
    expect(identity.predictionId).not.toBe(given)
    expect(identity.waitForRecord).toBe(false)
  }
})

test('without a token of its own a function trusts nobody', () => {
  const headers = { 'x-prediction-id': given, 'inlet-gateway-token': '' }
  expect(identifyWith(headers, '').predictionId).not.toBe(given)
})

test.each(['not a uuid', `${given}0`, "' or 1=1"])('%j is not taken as a prediction id', (id) => {
  const headers = { 'x-prediction-id': id, 'inlet-gateway-token': 'token' }
  expect(identifyWith(headers).predictionId).toMatch(UUID_V7)
})

test('a plain request id is kept, anything else is replaced', () => {
  expect(identifyWith({ 'x-request-id': 'order-17' }).requestId).toBe('order-17')
  for (const bad of ['', 'a b', 'x'.repeat(129), '<script>']) {
    expect(identifyWith({ 'x-request-id': bad }).requestId).toMatch(/^[0-9a-f-]{36}$/)
  }
})

test('the trace is read from traceparent, and malformed ones are ignored', () => {
  const traceIdOf = (traceparent: string) => identifyWith({ traceparent }).traceId
  expect(traceIdOf(`00-${TRACE}-b7ad6b7169203331-01`)).toBe(TRACE)
  expect(traceIdOf(`00-${'0'.repeat(32)}-b7ad6b7169203331-01`)).toBeNull()
  expect(traceIdOf(`00-${TRACE}-0000000000000000-01`)).toBeNull()
  expect(traceIdOf('nonsense')).toBeNull()
  expect(traceIdOf(`00-${TRACE}-b7ad6b7169203331-01-more`)).toBeNull()
  expect(traceIdOf(`01-${TRACE}-b7ad6b7169203331-01-more`)).toBe(TRACE)
  expect(traceIdOf(`ff-${TRACE}-b7ad6b7169203331-01`)).toBeNull()
})

test('a trace is sent on with its state, and neither without a well-formed parent', () => {
  const sentOn = (headers: Record<string, string>) => traceHeadersOf((name) => headers[name])
  const traceparent = `00-${TRACE}-b7ad6b7169203331-01`
  expect(sentOn({ traceparent, tracestate: 'a=1' })).toEqual({ traceparent, tracestate: 'a=1' })
  expect(sentOn({ traceparent })).toEqual({ traceparent })
  expect(sentOn({ traceparent: `${traceparent}1`, tracestate: 'a=1' })).toEqual({})
})
