import { expect, test } from 'vitest'
import { createVirtualHosts, type VirtualHosts } from './virtual-hosts.ts'

const answering = (text: string) => () => new Response(text)
const functions = new Map([
  ['iris', { fetch: answering('iris') }],
  ['v1-0-0-iris', { fetch: answering('iris 1.0.0') }],
])

const ask = async (host: string, options: Partial<VirtualHosts> = {}): Promise<string> => {
  const fallback = answering('gateway')
  const hosts = createVirtualHosts({
    fallback,
    functions,
    allowedHosts: [],
    strict: true,
    onMisdirected: () => {},
    ...options,
  })
  const response = await hosts(new Request(`http://${host}/predict`))
  return response.status === 421 ? 'misdirected' : response.text()
}

test.each([
  ['iris.localhost', 'iris'],
  ['IRIS.localhost:8080', 'iris'],
  ['v1-0-0-iris.localhost:8080', 'iris 1.0.0'],
  ['localhost', 'gateway'],
  ['localhost:8080', 'gateway'],
  ['127.0.0.1:8080', 'gateway'],
  ['[::1]:8080', 'gateway'],
  ['rose.localhost', 'misdirected'],
  ['evil.example', 'misdirected'],
  ['iris.evil.example', 'misdirected'],
  ['localhost.evil.example', 'misdirected'],
])('%s is answered by %s', async (host, answer) => {
  expect(await ask(host)).toBe(answer)
})

test('an allowed host has the gateway, and the functions below it', async () => {
  const allowedHosts = ['Models.example']
  expect(await ask('models.example', { allowedHosts })).toBe('gateway')
  expect(await ask('iris.models.example', { allowedHosts })).toBe('iris')
  expect(await ask('other.example', { allowedHosts })).toBe('misdirected')
})

test('behind a proxy any other host has the fallback', async () => {
  expect(await ask('10.1.2.3:8080', { strict: false })).toBe('gateway')
})
