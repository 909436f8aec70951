import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createLogger } from '#observability/logger.ts'
import { startTestFunction } from '../testing/function.ts'
import { copyModel, FUNCTIONS } from '../testing/model-folder.ts'
import type { PredictionRecord } from './prediction-record.ts'
import { readModel } from './read-models.ts'
import type { Recorder } from './record.ts'

const ROW = [5.1, 3.5, 1.4, 0.2]
const GATEWAY = { 'inlet-gateway-token': 'token', 'inlet-record': 'wait' }

const memoryRecorder = (commits = true) => {
  const records: PredictionRecord[] = []
  const recorder: Recorder = {
    record: (record) => void records.push(record),
    recordAndWait: (record) => {
      records.push(record)
      return Promise.resolve(commits)
    },
  }
  return { records, recorder }
}

const spoiledModel = async () => {
  const folder = await copyModel('iris')
  await writeFile(path.join(folder, 'versions/1.0.0/model.onnx'), 'spoiled')
  return startTestFunction('iris', '1.0.0', { folder })
}

test('health is exactly healthy', async () => {
  const iris = await startTestFunction('iris')
  const response = await iris.call('/health')
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('{"status":"healthy"}')
})

test('a function with its model loaded is ready', async () => {
  const iris = await startTestFunction('iris')
  expect((await iris.call('/ready')).status).toBe(200)
})

test('an answer names itself in body and headers', async () => {
  const iris = await startTestFunction('iris')
  const { body, headers } = await iris.predict({ features: [ROW] }, { 'x-request-id': 'order-1' })
  expect(headers.get('x-prediction-id')).toBe(body['prediction_id'])
  expect(headers.get('x-request-id')).toBe('order-1')
  expect(headers.get('inlet-revision')).toBe('test')
  expect(headers.get('server-timing')).toMatch(/validate;dur=.*infer;dur=.*total;dur=/)
  expect(body['processing_time_ms']).toBeGreaterThan(0)
  expect(body).not.toHaveProperty('recorded')
})

test('a model that does not load leaves its function up, but not ready', async () => {
  const iris = await spoiledModel()
  expect(iris.ready).toBe(false)
  expect((await iris.call('/health')).status).toBe(200)
  expect((await iris.call('/ready')).status).toBe(503)
  const { status, headers, body } = await iris.predict({ features: [ROW] })
  expect(status).toBe(503)
  expect(headers.get('retry-after')).toBe('1')
  expect(body['code']).toBe('model_not_ready')
  expect(await iris.telemetry.page()).toMatch(/^model_loaded\{model_name="iris".*\} 0$/m)
})

test('a handler that does not fit its model is told both sides', async () => {
  const lines: string[] = []
  const { definition } = await readModel(path.join(FUNCTIONS, 'digits'))
  const logger = createLogger('error', { write: (line) => void lines.push(line) })
  const iris = await startTestFunction('iris', '1.0.0', {
    folder: path.join(FUNCTIONS, 'iris'),
    definition,
    logger,
  })
  expect(iris.ready).toBe(false)
  expect(lines.join()).toContain(
    `model's input \\"features\\" float32[?, 4] is missing; the handler has image`,
  )
})

test('every prediction that was tried is recorded, with what answered', async () => {
  const { records, recorder } = memoryRecorder()
  const iris = await startTestFunction('iris', '1.0.0', { recorder })
  const trace = '0af7651916cd43dd8448eb211c80319c'
  const { body } = await iris.predict(
    { features: [ROW] },
    { 'x-request-id': 'order-1', traceparent: `00-${trace}-b7ad6b7169203331-01` },
  )
  expect(records).toMatchObject([
    {
      id: body['prediction_id'],
      model: 'iris',
      version: '1.0.0',
      revision: 'test',
      input: { features: [ROW] },
      output: { predictions: [0] },
      confidence: expect.closeTo(1, 2),
      processingTimeMs: body['processing_time_ms'],
      status: 200,
      errorCode: null,
      requestId: 'order-1',
      traceId: trace,
    },
  ])
  expect(records[0]!.output).not.toHaveProperty('prediction_id')
})

test('a prediction that failed is recorded with its error', async () => {
  const { records, recorder } = memoryRecorder()
  const { definition } = await readModel(path.join(FUNCTIONS, 'iris'))
  let calls = 0
  const iris = await startTestFunction('iris', '1.0.0', {
    recorder,
    definition: {
      ...definition,
      postprocess: (...given) => {
        // The first call is the check at start.
        if (calls++ > 0) throw new Error('the handler broke on secret input')
        return definition.postprocess(...given)
      },
    },
  })
  const { status, body } = await iris.predict({ features: [ROW] })
  expect(status).toBe(500)
  expect(body['code']).toBe('inference_failed')
  expect(JSON.stringify(body)).not.toMatch(/secret|stack|Error|\.ts/)
  expect(records).toMatchObject([{ status: 500, errorCode: 'inference_failed', output: null }])
})

test('an input that does not fit is no prediction and has no row', async () => {
  const { records, recorder } = memoryRecorder()
  const iris = await startTestFunction('iris', '1.0.0', { recorder })
  expect((await iris.predict({ features: [] })).status).toBe(422)
  expect(records).toEqual([])
})

test.each([
  ['hash', { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  ['none', null],
] as const)('RECORD_INPUT=%s keeps no more than that of the input', async (input, kept) => {
  const { records, recorder } = memoryRecorder()
  const recordPolicy = { mode: 'async', input } as const
  const iris = await startTestFunction('iris', '1.0.0', { recorder, recordPolicy })
  await iris.predict({ features: [ROW] })
  expect(records[0]!.input).toEqual(kept)
})

test('the gateway is told when the row is not committed yet', async () => {
  const iris = await startTestFunction('iris', '1.0.0', {
    recorder: memoryRecorder(false).recorder,
  })
  const { body } = await iris.predict({ features: [ROW] }, GATEWAY)
  expect(body['recorded']).toBe(false)
  const direct = await iris.predict({ features: [ROW] })
  expect(direct.body).not.toHaveProperty('recorded')
})

test('RECORD=sync answers direct callers after the commit as well', async () => {
  const recordPolicy = { mode: 'sync', input: 'full' } as const
  const { recorder } = memoryRecorder(false)
  const iris = await startTestFunction('iris', '1.0.0', { recorder, recordPolicy })
  expect((await iris.predict({ features: [ROW] })).body['recorded']).toBe(false)
})

test('predictions are counted by outcome, errors by code', async () => {
  const iris = await startTestFunction('iris')
  await iris.predict({ features: [ROW, ROW] })
  await iris.predict({ features: [] })
  const page = await (await iris.call('/metrics')).text()
  const labels = 'model_name="iris",version="1.0.0",revision="test"'
  for (const line of [
    `predictions_total{${labels},outcome="success"} 1`,
    `predictions_total{${labels},outcome="invalid"} 1`,
    `predictions_total{${labels},outcome="failed"} 0`,
    `prediction_errors_total{${labels},code="invalid_input"} 1`,
    `prediction_duration_seconds_count{${labels},outcome="success"} 1`,
    `inference_latency_seconds_count{${labels}} 1`,
    `model_loaded{${labels}} 1`,
  ]) {
    expect(page).toContain(line)
  }
  expect(page).toMatch(/^model_confidence_score\{.*\} (0\.9\d+|1)$/m)
})

test('each request is one log line with its ids and times, and without its input', async () => {
  const lines: string[] = []
  const logger = createLogger('info', { write: (line) => void lines.push(line) })
  const sentiment = await startTestFunction('sentiment', '1.0.0', { logger })
  await sentiment.predict({ text: 'a secret sentence' }, { 'x-request-id': 'r1' })
  await sentiment.predict({ text: 'secret \ud800' }, { 'x-request-id': 'r2' })
  const [good, bad] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines).toHaveLength(2)
  expect(good).toMatchObject({ level: 'info', model: 'sentiment', status: 200, request_id: 'r1' })
  expect(good!['phases_ms']).toHaveProperty('infer')
  expect(bad).toMatchObject({ level: 'info', status: 422, request_id: 'r2', code: 'invalid_input' })
  expect(lines.join()).not.toContain('secret')
})

test('other methods are answered with what is allowed', async () => {
  const iris = await startTestFunction('iris')
  const response = await iris.call('/predict', { method: 'DELETE' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('POST')
  expect((await iris.call('/health', { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD')
})

test('an unknown address says which there are', async () => {
  const iris = await startTestFunction('iris')
  const response = await iris.call('/v1/predict')
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({
    code: 'not_found',
    detail: 'A function answers at /predict, /health, /ready and /metrics',
  })
})

test('closing waits for what runs', async () => {
  const iris = await startTestFunction('iris', '1.0.0', {
    inference: { mode: 'worker', threads: 1, maxQueue: 10 },
  })
  const answers = [iris.predict({ features: [ROW] }), iris.predict({ features: [ROW] })]
  await new Promise((resolve) => setImmediate(resolve))
  await iris.close()
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200])
})
