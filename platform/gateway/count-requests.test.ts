import { expect, test } from 'vitest'
import { startTestServer } from '../testing/server.ts'

const { call } = await startTestServer()

type Series = ReadonlyMap<string, number>

/** Samples of the gateway's counters and histogram, by name and labels. */
const apiSeries = async (): Promise<Series> => {
  const { text } = await call({ path: '/metrics' })
  const lines = text.split('\n').filter((line) => line.startsWith('api_'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), valueOf(line)]))
}
const valueOf = (line: string): number => Number(line.slice(line.lastIndexOf(' ') + 1))

const counted = (endpoint: string, model: string, status: number): string =>
  `{endpoint="${endpoint}",model_name="${model}",status="${status}"}`
const PREDICT = '/api/v1/predict'

/** By how much requests and errors with these labels grew. */
const growth = (before: Series, after: Series, labels: string): [number, number] => {
  const grown = (name: string): number =>
    (after.get(name + labels) ?? 0) - (before.get(name + labels) ?? 0)
  return [grown('api_requests_total'), grown('api_errors_total')]
}

const atStart = await apiSeries()

test('before the first request every counter stands at 0, for each model and status', () => {
  for (const model of ['', 'digits', 'iris', 'sentiment', 'summarize']) {
    expect(atStart.get(`api_requests_total${counted(PREDICT, model, 200)}`)).toBe(0)
    for (const status of [422, 499, 500, 503, 504]) {
      expect(atStart.get(`api_errors_total${counted(PREDICT, model, status)}`)).toBe(0)
    }
  }
  for (const status of [404, 405, 421, 500]) {
    expect(atStart.get(`api_errors_total${counted('other', '', status)}`)).toBe(0)
  }
  const counters = [...atStart].filter(([name]) => name.includes('_total{'))
  expect(counters.filter(([, value]) => value !== 0)).toEqual([])
})

test('before the first request each status of the OpenAPI document stands at 0, and so do 499 and 500', async () => {
  type Operation = { responses: Record<string, unknown>; requestBody?: unknown }
  const { json } = await call({ path: '/openapi.json' })
  const paths = Object.entries(json['paths'] as Record<string, Record<string, Operation>>)
  expect(paths.length).toBeGreaterThan(3)
  for (const [documented, operations] of paths) {
    const endpoint = documented.replaceAll(/\{(\w+)\}/g, ':$1')
    for (const { responses, requestBody } of Object.values(operations)) {
      const cancelled = requestBody === undefined ? [] : [499]
      for (const status of [...Object.keys(responses).map(Number), ...cancelled, 500]) {
        const labels = counted(endpoint, '', status)
        expect(atStart.get(`api_requests_total${labels}`), labels).toBe(0)
        expect(atStart.get(`api_errors_total${labels}`), labels).toBe(status < 400 ? undefined : 0)
      }
    }
  }
})

test.each<{ name: string; ask: Parameters<typeof call>[0]; labels: string; status: number }>([
  {
    name: 'a prediction',
    ask: { path: PREDICT, body: { model: 'iris', features: [[5.1, 3.5, 1.4, 0.2]] } },
    labels: counted(PREDICT, 'iris', 200),
    status: 200,
  },
  {
    name: 'an alias, under the name of the model',
    ask: { path: PREDICT, body: { model: 'sentiment-analysis', text: 'Fine.' } },
    labels: counted(PREDICT, 'sentiment', 200),
    status: 200,
  },
  {
    name: 'an input that does not fit',
    ask: { path: PREDICT, body: { model: 'iris', features: 'bad' } },
    labels: counted(PREDICT, 'iris', 422),
    status: 422,
  },
  {
    name: 'a model that does not exist',
    ask: { path: PREDICT, body: { model: 'rose', text: 'x' } },
    labels: counted(PREDICT, '', 404),
    status: 404,
  },
  {
    name: 'a description',
    ask: { path: '/api/v1/models/digits' },
    labels: counted('/api/v1/models/:model', 'digits', 200),
    status: 200,
  },
  {
    name: 'a prediction that does not exist',
    ask: { path: '/api/v1/predictions/0198c0de-0000-7000-8000-000000000000' },
    labels: counted('/api/v1/predictions/:id', '', 404),
    status: 404,
  },
  {
    name: 'an address that does not exist',
    ask: { path: '/api/v2/anything' },
    labels: counted('other', '', 404),
    status: 404,
  },
  {
    name: 'a method that an address does not take',
    ask: { path: PREDICT, method: 'PUT' },
    labels: counted('other', '', 405),
    status: 405,
  },
  {
    name: 'a host that is not ours',
    ask: { host: 'evil.example', path: '/' },
    labels: counted('other', '', 421),
    status: 421,
  },
  {
    name: "an address that a function's host does not have",
    ask: { host: 'iris.localhost', path: '/wp-login.php' },
    labels: counted('other', 'iris', 404),
    status: 404,
  },
  {
    name: "a method that a function's address does not take",
    ask: { host: 'iris.localhost', path: '/predict' },
    labels: counted('other', 'iris', 405),
    status: 405,
  },
])('$name is counted once, as an error from 400 on', async ({ ask, labels, status }) => {
  const before = await apiSeries()
  expect(before.has(`api_requests_total${labels}`), 'stands there before').toBe(true)
  expect((await call(ask)).status).toBe(status)
  expect(growth(before, await apiSeries(), labels)).toEqual([1, status >= 400 ? 1 : 0])
})

test('requests are timed by route, model and status, and none is in flight afterwards', async () => {
  const series = await apiSeries()
  for (const status of [200, 422]) {
    const count = `api_request_duration_seconds_count${counted(PREDICT, 'iris', status)}`
    expect(series.get(count)).toBeGreaterThan(0)
  }
  const inFlight = [...series].filter(([name]) => name.startsWith('api_requests_in_flight{'))
  expect(inFlight.length).toBeGreaterThan(3)
  expect(inFlight.every(([, value]) => value === 0)).toBe(true)
})

test('hostile paths, models, versions, methods and hosts make no new series', async () => {
  // What any caller may reach, once.
  await call({ path: PREDICT, body: { model: 'none' } })
  await call({ path: '/api/v1/models/none' })
  await call({ path: '/api/v1/predictions/none' })
  await call({ path: '/api/v1/predictions?model=none' })
  const all = async (): Promise<string[]> => {
    const { text } = await call({ path: '/metrics' })
    // Drift and accuracy are read from the log in their own time.
    const timed = /^(?:#|process_|nodejs_|model_drift_|model_feedback_)/
    const own = text.split('\n').filter((line) => line !== '' && !timed.test(line))
    return own.map((line) => line.slice(0, line.lastIndexOf(' '))).toSorted()
  }
  const before = await all()
  for (let index = 0; index < 60; index++) {
    const word = `hostile-${index}`
    await Promise.all([
      call({ path: PREDICT, body: { model: word } }),
      call({ path: PREDICT, body: { model: 'iris', version: word, features: [] } }),
      call({ path: `/api/v1/models/${word}` }),
      call({ path: `/api/v1/predictions/${word}` }),
      call({ path: `/api/v1/predictions?model=${word}&version=${word}` }),
      call({ path: `/${word}`, method: index % 2 === 0 ? 'GET' : 'PATCH' }),
      call({ host: `${word}.localhost`, path: '/predict', body: {} }),
      call({ host: 'digits.localhost', path: `/${word}` }),
      call({ path: PREDICT, headers: { 'x-request-id': word, traceparent: word } }),
    ])
  }
  expect(await all()).toEqual(before)
})

test('what is being answered is in flight, in the gateway and in the function', async () => {
  const sentence = 'The committee met again on Tuesday and counted every bridge in the county. '
  const body = { model: 'summarize', text: sentence.repeat(200) }
  const running = call({ path: PREDICT, body })
  const page = async () => (await call({ path: '/metrics' })).text
  await expect
    .poll(page, { interval: 5 })
    .toMatch(
      /^predictions_in_flight\{model_name="summarize".*\} 1$[^]*^api_requests_in_flight\{endpoint="\/api\/v1\/predict"\} 1$/m,
    )
  expect((await running).status).toBe(200)
  expect(await page()).toMatch(/^predictions_in_flight\{model_name="summarize".*\} 0$/m)
})
