import { execFile, spawnSync } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { listen } from '#observability/testing/programs.ts'
import { readMonitoringConfig } from '#platform/config.ts'
import { startTestServer } from '#platform/testing/server.ts'
import { createStatusReader } from './read-status.ts'

const COMMAND = path.join(import.meta.dirname, 'status-command.ts')

let answer = { status: 200, text: '' }
const { port, close } = await listen((_, response) => {
  response.statusCode = answer.status
  response.end(answer.text)
})
afterAll(close)
const config = readMonitoringConfig({ HOST_PORT: String(port), PROMETHEUS_PORT: '1' })

test.each([
  [{ status: 404, text: 'no' }, 'it answers 404'],
  [{ status: 200, text: '<html>' }, 'what answers there is something else'],
  [{ status: 200, text: '{"a":1}' }, 'what answers there is something else'],
])('something else on the port is told from Inlet: %o', async (given, said) => {
  answer = given
  await expect(createStatusReader(config)()).rejects.toThrow(said)
})

test('that nothing runs, or a word is wrong, is said in a sentence', () => {
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [COMMAND, ...words], {
      env: { PATH: process.env['PATH'], PORT: '1' },
      encoding: 'utf8',
    })
  const nothing = run()
  expect(nothing.status).toBe(1)
  expect(nothing.stderr).toContain('Nothing of Inlet answers at http://localhost:1: start it with')
  expect(nothing.stderr).not.toContain('    at ')
  expect(run('--wach').stderr).toContain('Called as: npm run status [-- --watch]')
})

test('Prometheus tells of alerts when Inlet does not answer', async () => {
  const metric = { alertname: 'TargetDown', severity: 'page' }
  const result = [{ metric, value: [0, '1'] }]
  answer = { status: 200, text: JSON.stringify({ status: 'success', data: { result } }) }
  const status = promisify(execFile)(process.execPath, [COMMAND], {
    env: { PATH: process.env['PATH'], PORT: '1', PROMETHEUS_PORT: String(port) },
  })
  const { code, stdout } = await status.then(
    () => ({ code: 0, stdout: '' }),
    (thrown: { code: number; stdout: string }) => thrown,
  )
  expect(code).toBe(1)
  expect(stdout).toContain(`by Prometheus at http://localhost:${port}; `)
  expect(stdout).toMatch(/^Nothing of Inlet answers at http:\/\/localhost:1: start it with/m)
  expect(stdout).toMatch(/^alerts +TargetDown {2}page$/m)
  expect(stdout).not.toMatch(/^model /m)
})

test('a cluster without a gateway is told from nothing at all', async () => {
  const result = [{ metric: { alertname: 'GatewayAway', severity: 'page' }, value: [0, '1'] }]
  const { port: ingress, close: end } = await listen((request, response) => {
    const isPrometheus = request.headers.host?.startsWith('prometheus.') === true
    response.statusCode = isPrometheus ? 200 : 503
    response.end(isPrometheus ? JSON.stringify({ status: 'success', data: { result } }) : '')
  })
  const settings = { HOST_PORT: String(ingress), PROMETHEUS_PORT: '1', CLUSTER: 'inlet-none' }
  const { problem, figures } = await createStatusReader(readMonitoringConfig(settings))()
  end()
  expect(problem).toContain('The cluster has no gateway that answers at')
  expect(problem).toContain('kubectl --context kind-inlet-none --namespace inlet get pods')
  expect(figures.alerts).toMatchObject([{ name: 'GatewayAway' }])
})

test('what it asks a process alone is no traffic, and which kind of Inlet it is it asks once', async () => {
  const inlet = await startTestServer()
  const alone = readMonitoringConfig({ HOST_PORT: String(inlet.port), PROMETHEUS_PORT: '1' })
  const read = createStatusReader(alone)
  await read()
  await inlet.call({ path: '/api/v1/predict', body: { model: 'iris', features: 'bad' } })
  const { figures, versions } = await read()
  expect(versions).toContainEqual({ model: 'iris', version: '1.0.0', isDefault: true })
  expect(figures.versions.get('iris 1.0.0')).toMatchObject({ isLoaded: true })
  expect(figures.gateway.errorShare).toBe(0)
  const { text } = await inlet.call({ path: '/metrics' })
  expect(text).toMatch(/^api_errors_total\{endpoint="other",model_name="",status="421"\} 1$/m)
})
