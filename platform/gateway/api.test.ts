import { describe, expect, test } from 'vitest'
import { startTestServer } from '../testing/server.ts'

const server = await startTestServer()
const { call } = server

const ROW = [5.1, 3.5, 1.4, 0.2]
const predict = (body: unknown) => call({ path: '/api/v1/predict', body })
const idOf = async (body: unknown): Promise<string> =>
  (await predict(body)).json['prediction_id'] as string

describe('predicting', () => {
  test('the answer has exactly the fields that were promised', async () => {
    const { status, headers, json } = await predict({ model: 'iris', features: [ROW] })
    expect(status).toBe(200)
    expect(Object.keys(json).toSorted()).toEqual([
      'confidence',
      'model',
      'prediction_id',
      'processing_time_ms',
      'result',
      'version',
    ])
    expect(json).toMatchObject({ model: 'iris', version: '1.0.0', result: { predictions: [0] } })
    expect(headers['x-prediction-id']).toBe(json['prediction_id'])
    expect(json['confidence']).toBeCloseTo(1, 2)
  })

  test('the request chooses the version; without one the default answers', async () => {
    const text = 'What a lovely day.'
    expect((await predict({ model: 'sentiment', text })).json['version']).toBe('2.0.0')
    const one = await predict({ model: 'sentiment', version: '1.0.0', text })
    expect(one.json['version']).toBe('1.0.0')
  })

  test.each([
    ['sentiment-analysis', 'sentiment', { text: 'Fine.' }],
    ['text-summarization', 'summarize', { text: 'One thing happened. Then another did.' }],
  ])('%s is another name of %s', async (alias, model, input) => {
    expect((await predict({ model: alias, ...input })).json['model']).toBe(model)
  })

  test('the confidence of several texts is the lowest, that of a summary null', async () => {
    const { json } = await predict({ model: 'sentiment', texts: ['Superb!', 'It is a table.'] })
    const { results } = json['result'] as { results: { confidence: number }[] }
    expect(json['confidence']).toBe(Math.min(...results.map(({ confidence }) => confidence)))
    expect((await predict({ model: 'summarize', text: 'One. Two.' })).json['confidence']).toBeNull()
  })
})

describe('the prediction log', () => {
  test('a prediction is readable as soon as its answer has arrived', async () => {
    for (let round = 0; round < 20; round++) {
      const { json } = await predict({ model: 'iris', features: [ROW] })
      const read = await call({ path: `/api/v1/predictions/${String(json['prediction_id'])}` })
      expect(read.status).toBe(200)
      expect(read.json).toMatchObject({
        prediction_id: json['prediction_id'],
        model: 'iris',
        version: '1.0.0',
        revision: 'local',
        status: 200,
        error_code: null,
        input: { features: [ROW] },
        result: json['result'],
        confidence: json['confidence'],
        processing_time_ms: json['processing_time_ms'],
      })
    }
  })

  test('direct calls to a function are in the log as well', async () => {
    const direct = await call({
      host: 'iris.localhost',
      path: '/predict',
      body: { features: [ROW] },
    })
    const id = direct.json['prediction_id'] as string
    await expect
      .poll(async () => (await call({ path: `/api/v1/predictions/${id}` })).status)
      .toBe(200)
  })

  test('it lists newest first, filters by model and pages without loss', async () => {
    const ids: string[] = []
    for (let index = 0; index < 7; index++)
      ids.unshift(await idOf({ model: 'digits', image: IMAGE }))
    const seen: string[] = []
    let cursor = ''
    do {
      const next = cursor === '' ? '' : `&cursor=${cursor}`
      const { json } = await call({ path: `/api/v1/predictions?model=digits&limit=3${next}` })
      const page = json['predictions'] as { prediction_id: string; model: string }[]
      expect(page.length).toBeLessThanOrEqual(3)
      expect(page.every(({ model }) => model === 'digits')).toBe(true)
      seen.push(...page.map((row) => row.prediction_id))
      cursor = (json['next_cursor'] as string | null) ?? ''
    } while (cursor !== '')
    expect(seen).toEqual(ids)
  })

  test('it filters by version, alias and time', async () => {
    const before = new Date().toISOString()
    const id = await idOf({ model: 'sentiment', version: '1.0.0', text: 'Filter me.' })
    const list = async (query: string): Promise<string[]> => {
      const { json } = await call({ path: `/api/v1/predictions?${query}` })
      return (json['predictions'] as { prediction_id: string }[]).map((row) => row.prediction_id)
    }
    expect(await list('model=sentiment-analysis&version=1.0.0&limit=1')).toEqual([id])
    expect(await list(`from=${before}&limit=200`)).toContain(id)
    expect(await list(`to=${before}&limit=200`)).not.toContain(id)
    expect(await list('model=sentiment&version=2.0.0&limit=200')).not.toContain(id)
  })

  test('a prediction can be forgotten', async () => {
    const path = `/api/v1/predictions/${await idOf({ model: 'iris', features: [ROW] })}`
    expect((await call({ path, method: 'DELETE' })).status).toBe(204)
    expect((await call({ path })).status).toBe(404)
    expect((await call({ path, method: 'DELETE' })).json['code']).toBe('unknown_prediction')
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=many', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=forged', 'cursor'],
    ['from=yesterday', 'from'],
    ['from=0000-01-01T00:00:00Z', 'from'],
    ['to=9999-12-31T23:59:59-23:59', 'to'],
    ['version=1.0.0', 'version'],
    ['modle=iris', 'modle'],
  ])('the filter %s is refused with its field', async (query, field) => {
    const { status, json } = await call({ path: `/api/v1/predictions?${query}` })
    expect(status).toBe(422)
    expect(json['errors']).toMatchObject([{ field }])
  })

  test('an id that is none is 422, an unknown one 404', async () => {
    expect((await call({ path: '/api/v1/predictions/17' })).status).toBe(422)
    const unknown = '01890a5d-ac96-774b-bcce-b302099a8057'
    expect((await call({ path: `/api/v1/predictions/${unknown}` })).status).toBe(404)
  })
})

describe('describing itself', () => {
  test('models are listed with versions and measured quality', async () => {
    const { json } = await call({ path: '/api/v1/models' })
    const models = json['models'] as {
      name: string
      versions: { tag: string; quality: object }[]
    }[]
    expect(models.map(({ name }) => name)).toEqual(['digits', 'iris', 'sentiment', 'summarize'])
    expect(models[2]!.versions.map(({ tag }) => tag)).toEqual(['v1-0-0', 'v2-0-0'])
    expect(models[2]!.versions[1]!.quality).toHaveProperty('accuracy')
    expect((await call({ path: '/api/v1/models/text-summarization' })).json['name']).toBe(
      'summarize',
    )
    expect((await call({ path: '/api/v1/models/gpt' })).json['code']).toBe('unknown_model')
  })

  test('each model takes the example that it shows', async () => {
    const { json } = await call({ path: '/api/v1/models' })
    for (const { name, example } of json['models'] as { name: string; example: object }[]) {
      expect((await predict({ model: name, ...example })).status).toBe(200)
    }
  })

  test('the OpenAPI document names every route and the models', async () => {
    const { json } = await call({ path: '/openapi.json' })
    expect(json['openapi']).toBe('3.1.0')
    expect(Object.keys(json['paths'] as object)).toEqual([
      '/api/v1/predict',
      '/api/v1/predictions',
      '/api/v1/predictions/{id}',
      '/api/v1/predictions/{id}/feedback',
      '/api/v1/models/{model}/feedback.csv',
      '/api/v1/models',
      '/api/v1/models/{model}',
      '/api/v1/models/{model}/quality',
      '/health',
      '/ready',
    ])
    expect(JSON.stringify(json)).toContain('sentiment-analysis')
  })

  test('health is exactly healthy, and the log can be read', async () => {
    expect((await call({ path: '/health' })).text).toBe('{"status":"healthy"}')
    expect((await call({ path: '/ready' })).status).toBe(200)
  })

  test('errors of the API are counted by endpoint, model and status', async () => {
    await predict({ model: 'iris', features: 'none' })
    const { text } = await call({ path: '/metrics' })
    expect(text).toMatch(
      /^api_errors_total\{endpoint="\/api\/v1\/predict",model_name="iris",status="422"\} [1-9]/m,
    )
    expect(text).toMatch(/^prediction_records_total\{event="written"\} [1-9]/m)
    expect(text).toMatch(/^database_connections\{state="size"\} 1$/m)
  })
})

const IMAGE = Array.from({ length: 8 }, () => [0, 0, 8, 16, 16, 8, 0, 0])
