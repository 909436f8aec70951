import { describe, expect, test } from 'vitest'
import { tagOf } from '#platform/runtime/model-card.ts'
import { predictAndRecord } from './testing/history.ts'
import { ask, exampleOf, modelNamed, MODELS, predict, predictByGateway } from './testing/target.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

describe.each(MODELS)('%s', (model) => {
  const { card } = modelNamed(model)

  test('answers at its own address with what answered', async () => {
    const { status, json, headers } = await predict(model)
    expect(status).toBe(200)
    expect(Object.keys(card.versions)).toContain(json['model_version'])
    expect(json['prediction_id']).toMatch(UUID)
    expect(headers['x-prediction-id']).toBe(json['prediction_id'])
    expect(headers['inlet-revision']).toMatch(new RegExp(`^${model}-\\d{5}$`))
    expect(headers['server-timing']).toContain('infer;dur=')
  })

  test('is healthy, ready and measured', async () => {
    expect(await ask({ host: model, path: '/health' })).toMatchObject({
      status: 200,
      json: { status: 'healthy' },
    })
    const ready = await ask({ host: model, path: '/ready' })
    expect(ready).toMatchObject({ status: 200, json: { status: 'ready', model } })
    expect(ready.json['revision']).toMatch(new RegExp(`^${model}-\\d+$`))
    const metrics = await ask({ host: model, path: '/metrics' })
    expect(metrics.headers['content-type']).toContain('text/plain')
    expect(metrics.text).toMatch(new RegExp(`model_loaded\\{[^}]*model_name="${model}"[^}]*\\} 1`))
  })

  test.each(Object.keys(card.versions))('version %s answers at its tag', async (version) => {
    const { status, json } = await predict(model, { host: `${tagOf(version)}-${model}` })
    expect(status).toBe(200)
    expect(json['model_version']).toBe(version)
  })

  test('refuses what does not fit with a problem that names the field', async () => {
    const answer = await ask({ host: model, path: '/predict', body: { nonsense: 1 } })
    expect(answer.status).toBe(422)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json).toMatchObject({ code: 'invalid_input', status: 422 })
    expect(answer.json['errors']).not.toHaveLength(0)
  })
})

describe('the gateway', () => {
  test.each(MODELS)('predicts with %s and says how it knows', async (model) => {
    const { status, json } = await predictByGateway(model)
    expect(status).toBe(200)
    expect(json).toMatchObject({ model, result: expect.any(Object) })
    expect(json['prediction_id']).toMatch(UUID)
  })

  test('predicts with the version that is asked for', async () => {
    for (const version of Object.keys(modelNamed('sentiment').card.versions)) {
      const { json } = await predictByGateway('sentiment', version)
      expect(json['version']).toBe(version)
    }
  })

  test('lists every model, and one by name', async () => {
    const list = await ask({ path: '/api/v1/models' })
    const names = (list.json['models'] as { name: string }[]).map(({ name }) => name)
    expect(names.toSorted()).toEqual(MODELS.toSorted())
    const one = await ask({ path: '/api/v1/models/iris' })
    expect(one.json).toMatchObject({ name: 'iris', example: exampleOf('iris') })
  })

  test('pages through the log, newest first, without a row twice', async () => {
    for (let count = 0; count < 5; count += 1) await predictAndRecord('iris')
    const first = await ask({ path: '/api/v1/predictions?model=iris&limit=2' })
    const rows = first.json['predictions'] as { prediction_id: string; created_at: string }[]
    const cursor = first.json['next_cursor'] as string
    const second = await ask({
      path: `/api/v1/predictions?model=iris&limit=2&cursor=${encodeURIComponent(cursor)}`,
    })
    rows.push(...(second.json['predictions'] as typeof rows))
    const times = rows.map((row) => row.created_at)
    expect(times).toHaveLength(4)
    expect(times).toEqual(times.toSorted().toReversed())
    expect(new Set(rows.map((row) => row.prediction_id)).size).toBe(4)
  })

  test('forgets a prediction', async () => {
    const { json } = await predictAndRecord('iris')
    const path = `/api/v1/predictions/${String(json['prediction_id'])}`
    expect((await ask({ path })).status).toBe(200)
    expect((await ask({ path, method: 'DELETE' })).status).toBe(204)
    expect((await ask({ path })).json).toMatchObject({ code: 'unknown_prediction' })
  })

  test.each([
    ['a body that is no JSON', { path: '/api/v1/predict', body: '{"model": NaN}' }, 400],
    ['an unknown model', { path: '/api/v1/predict', body: { model: 'none' } }, 404],
    ['an unknown address', { path: '/api/v2/predict' }, 404],
    ['another method', { path: '/api/v1/predict', method: 'PUT', body: {} }, 405],
    ['a body of 2 MB', { path: '/api/v1/predict', body: { text: 'x'.repeat(2_000_000) } }, 413],
    [
      'a body that is not declared as JSON',
      { path: '/api/v1/predict', body: 'a=1', headers: { 'content-type': 'text/plain' } },
      415,
    ],
    ['a limit of 1000', { path: '/api/v1/predictions?limit=1000' }, 422],
  ])('answers %s with a problem', async (_, request, status) => {
    const answer = await ask(request)
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json).toMatchObject({ status, code: expect.any(String) })
    expect(answer.json['request_id']).toBe(answer.headers['x-request-id'])
  })

  test('describes itself, and has a page', async () => {
    const { json } = await ask({ path: '/openapi.json' })
    expect(json['openapi']).toMatch(/^3\./)
    expect(Object.keys(json['paths'] as object)).toEqual(
      expect.arrayContaining(['/api/v1/predict', '/api/v1/models', '/api/v1/predictions']),
    )
    for (const path of ['/', '/docs']) {
      const page = await ask({ path })
      expect(page.status, path).toBe(200)
      expect(page.headers['content-type'], path).toContain('text/html')
    }
  })

  test('is healthy, ready and measured', async () => {
    expect((await ask({ path: '/health' })).json).toEqual({ status: 'healthy' })
    expect((await ask({ path: '/ready' })).json).toEqual({ status: 'ready' })
    expect((await ask({ path: '/metrics' })).text).toContain('api_requests_total{')
  })
})

test('nothing answers for a name that was not deployed', async () => {
  expect((await ask({ host: 'v9-9-9-iris', path: '/predict', body: {} })).status).toBe(404)
})
