import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { predictDirectly, predictThroughGateway } from './answer-once.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const serve = async (listener: RequestListener): Promise<number> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return (server.address() as AddressInfo).port
}

const ROW = {
  model: 'iris',
  version: '1.0.0',
  revision: 'iris-00001',
  result: { labels: ['setosa'], probabilities: [[1, 0, 0]] },
  confidence: 0.5,
}

test('a prediction is asked at its host, and its row is read once it is written', async () => {
  const asked: string[] = []
  const port = await serve((request, response) => {
    asked.push(`${request.method} ${request.headers.host?.split(':')[0]}${request.url}`)
    const rows = asked.filter((one) => one.startsWith('GET')).length
    response.statusCode = rows === 1 ? 404 : 200
    response.end(JSON.stringify(rows === 0 ? { prediction_id: 'an-id' } : ROW))
  })
  const shown = {
    model: 'iris',
    version: '1.0.0',
    revision: 'iris-00001',
    answer: '["setosa"]',
    confidence: '0.5',
  }
  expect(await predictDirectly(port, 'iris', { features: [] })).toMatchObject(shown)
  expect(asked).toEqual([
    'POST iris.localhost/predict',
    'GET localhost/api/v1/predictions/an-id',
    'GET localhost/api/v1/predictions/an-id',
  ])
})

test('the gateway is told the model', async () => {
  let body = ''
  const port = await serve((request, response) => {
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () =>
      response.end(JSON.stringify(request.method === 'POST' ? { prediction_id: 'an-id' } : ROW)),
    )
  })
  await predictThroughGateway(port, 'iris', { features: [[1, 2, 3, 4]] })
  expect(JSON.parse(body)).toEqual({ model: 'iris', features: [[1, 2, 3, 4]] })
})

test("another status, and a proxy's plain text, are said as they are", async () => {
  const port = await serve((_, response) => {
    response.statusCode = 503
    response.end('no healthy upstream')
  })
  await expect(predictDirectly(port, 'iris', {})).rejects.toThrow(
    /iris\.localhost:\d+\/predict answered 503: no healthy upstream\n {2}remedy:/,
  )
})

test('a port that nothing listens on is said to be that', async () => {
  const port = await serve(() => {})
  for (const close of closing.splice(0)) close()
  await expect(predictDirectly(port, 'iris', {})).rejects.toThrow(
    /Nothing answers at 127\.0\.0\.1:\d+ for iris\.localhost.*\n {2}remedy: HOST_PORT/,
  )
})
