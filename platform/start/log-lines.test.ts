import { expect, test } from 'vitest'
import { call, type Call } from '#platform/tools/local-request.ts'
import { startTestProcess } from '../testing/process.ts'

const SECRET = 'a secret sentence'
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const sentiment = 'sentiment.localhost'
const hidden = `/${encodeURIComponent(SECRET)}`

type Line = Record<string, unknown>

/** What is asked, the status, and for each line: its level, message, and where it was. */
const REQUESTS: [Partial<Call> & { path: string }, number, string[]][] = [
  [
    { path: '/api/v1/predict', body: { model: 'sentiment', text: SECRET } },
    200,
    ['info prediction sentiment', 'info request /api/v1/predict'],
  ],
  [
    { path: '/api/v1/predict', body: { model: 'sentiment', text: 7, secret: SECRET } },
    422,
    ['info request /api/v1/predict'],
  ],
  [
    { path: '/api/v1/predict', body: `{"text": "${SECRET}"` },
    400,
    ['info request /api/v1/predict'],
  ],
  [{ path: `/api/v1/models${hidden}` }, 404, ['info request /api/v1/models/:model']],
  [
    { host: sentiment, path: '/predict', body: { text: SECRET } },
    200,
    ['info prediction sentiment'],
  ],
  [{ host: sentiment, path: '/predict', body: { text: 7 } }, 422, ['info prediction sentiment']],
  [{ host: sentiment, path: hidden }, 404, ['info request other']],
  [{ host: sentiment, path: '/predict', method: 'GET' }, 405, ['info request other']],
  [{ host: sentiment, path: '/ready', method: 'POST' }, 405, ['info request /ready']],
  [{ path: hidden }, 404, ['info request other']],
  [{ path: '/api/v1/predict', method: 'PUT' }, 405, ['info request other']],
  [{ path: `/playground${hidden}` }, 404, ['info request other']],
  [{ host: 'secret.example', path: '/' }, 421, ['info request other']],
  ...['/health', '/ready', '/metrics', '/openapi.json', '/'].map(
    (path): [{ path: string }, number, string[]] => [{ path }, 200, [`debug request ${path}`]],
  ),
  [{ path: '/docs' }, 200, ['debug request /docs/*']],
  [{ path: '/playground/main.js' }, 200, ['debug request /playground/*']],
  ...['/health', '/ready', '/metrics'].map(
    (path): [Partial<Call> & { path: string }, number, string[]] => [
      { host: sentiment, path },
      200,
      [`debug request ${path}`],
    ],
  ),
]

test('each request is one line of each part that answers it, named, timed and without its input', async () => {
  const inlet = startTestProcess({ LOG_LEVEL: 'debug' })
  const port = (await inlet.port())!
  const traceparent = `00-${TRACE}-b7ad6b7169203331-01`
  for (const [index, [request, status]] of REQUESTS.entries()) {
    const headers = { 'x-request-id': `r${index}`, traceparent }
    const answer = await call({ port, ...request, headers })
    expect(answer.status, JSON.stringify(request)).toBe(status)
  }
  inlet.child.kill('SIGTERM')
  expect(await inlet.ended).toBe(0)

  const printed = inlet.output()
  expect(printed).not.toContain('secret')
  const lines = printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
  for (const [index, [request, status, expected]] of REQUESTS.entries()) {
    const own = lines.filter((line) => line['request_id'] === `r${index}`)
    const told = own.map(
      ({ level, msg, endpoint, model }) =>
        `${String(level)} ${String(msg)} ${String(endpoint ?? model)}`,
    )
    expect(told, JSON.stringify(request)).toEqual(expected)
    for (const line of own) expect(line).toMatchObject({ status, trace_id: TRACE })
  }
  const [prediction, request] = lines.filter((line) => line['request_id'] === 'r0')
  expect(prediction).toMatchObject({
    version: '2.0.0',
    revision: 'local',
    prediction_id: request!['prediction_id'],
    phases_ms: { infer: expect.any(Number) as number, record: expect.any(Number) as number },
    duration_ms: expect.any(Number) as number,
  })
  // Nobody is left out: every line of a request has been looked at.
  const ofRequests = lines.filter(({ msg }) => msg === 'request' || msg === 'prediction')
  expect(ofRequests).toHaveLength(REQUESTS.flatMap(([, , expected]) => expected).length)
})
