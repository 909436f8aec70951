import { expect, test } from 'vitest'
import { DATABASE_AWAY } from '#platform/testing/database-away.ts'
import { startTestFunction } from '#platform/testing/function.ts'
import { startTestProcess } from '#platform/testing/process.ts'
import { startSilentServer } from '#platform/testing/silent-server.ts'
import { call } from '#platform/tools/local-request.ts'
import handler from '../functions/sentiment/handler.ts'
import { createLogger } from './logger.ts'
import { startTracing } from './otlp-tracing.ts'
import { startOtlpReceiver } from './testing/otlp-receiver.ts'
import { tellTrouble } from './tracing-trouble.ts'

const SECRET = 'a secret sentence'

test('a handler, a model and a database that fail say so by the class of the error only', async () => {
  const receiver = await startOtlpReceiver()
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.url
  const tracing = await startTracing('test', createLogger('silent'))
  const fail = (): never => {
    throw new Error(`cannot read "${SECRET}"`)
  }
  let isBroken = false
  const sentiment = await startTestFunction('sentiment', '1.0.0', {
    tracing,
    definition: {
      ...handler,
      postprocess: (...given) => (isBroken ? fail() : handler.postprocess(...given)),
    },
  })
  isBroken = true
  expect((await sentiment.predict({ text: SECRET })).status).toBe(500)
  await tracing
    .serve(
      'GET /api/v1/predictions',
      () => undefined,
      {},
      () => tracing.client({ name: 'SELECT predictions', attributes: {} }, fail),
    )
    .catch(() => {})
  await tracing.close(5_000)
  await sentiment.close()

  const { one, raw } = receiver
  expect(one('postprocess')).toMatchObject({
    failed: true,
    attributes: { 'error.type': 'inference_failed' },
  })
  expect(one('predict sentiment')).toMatchObject({
    failed: true,
    attributes: { 'http.response.status_code': 500, 'error.type': '500' },
  })
  expect(one('SELECT predictions')).toMatchObject({
    failed: true,
    attributes: { 'error.type': 'Error' },
  })
  expect(raw()).not.toContain('secret')
})

test.each([
  ['is away', () => Promise.resolve(1)],
  ['does not answer', startSilentServer],
])('a receiver that %s delays neither answers nor the end, and fills no log', async (_, start) => {
  const inlet = startTestProcess({
    ROLE: 'function',
    FUNCTION: 'iris',
    ...DATABASE_AWAY,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await start()}`,
    // Two hundred answers that wait for an export each would take minutes.
    OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
    // The queue runs over.
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_BSP_MAX_QUEUE_SIZE: '16',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '8',
  })
  const port = (await inlet.port())!
  for (
    let answers = 0;
    answers < 200 || !inlet.output().includes('traces or metrics are not complete');
    answers += 1
  ) {
    const body = { features: [[5.1, 3.5, 1.4, 0.2]] }
    expect((await call({ port, path: '/predict', body })).status).toBe(200)
  }
  inlet.child.kill('SIGTERM')
  expect(await inlet.ended).toBe(0)
  const told = inlet
    .output()
    .split('\n')
    .filter((line) => line.includes('traces or metrics are not complete'))
  expect(told).toHaveLength(1)
  expect(JSON.parse(told[0]!)).toMatchObject({
    level: 'warn',
    reason: expect.any(String) as string,
  })
})

test('trouble with the receiver is told once a minute', () => {
  const lines: string[] = []
  let now = 0
  const logger = createLogger('warn', { write: (line) => void lines.push(line) })
  const trouble = tellTrouble(logger, () => now)
  for (now = 0; now < 150_000; now += 1000) {
    trouble.error(JSON.stringify({ stack: 'Error: …', message: 'away', code: 'ECONNREFUSED' }))
  }
  trouble.info('ignored')
  expect(lines.map((line) => (JSON.parse(line) as { reason: string }).reason)).toEqual(
    Array.from({ length: 3 }, () => 'ECONNREFUSED'),
  )
})
