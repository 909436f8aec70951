import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readMonitoringConfig } from '#platform/config.ts'
import { freePort } from '#platform/testing/free-port.ts'
import { ALERTMANAGER, needs, PROMETHEUS } from '#platform/testing/needs.ts'
import { startTestProcess } from '#platform/testing/process.ts'
import { call } from '#platform/tools/local-request.ts'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { createGet } from '#observability/http-get.ts'
import { within } from './check-prometheus.ts'
import { checkPort } from './local-program.ts'
import { monitorLocally } from './monitor-locally.ts'
import { createPrometheusApi } from '#observability/prometheus-api.ts'

const MONITORING = path.resolve(import.meta.dirname, 'monitoring-command.ts')
const STATUS = path.resolve(import.meta.dirname, 'status-command.ts')
const prometheus = needs('monitoring without a cluster', 'prometheus', PROMETHEUS)
const alertmanager = needs('monitoring without a cluster', 'alertmanager', ALERTMANAGER)
const suite = test.skipIf(prometheus === null || alertmanager === null)

const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

const environment = async () => ({
  PROMETHEUS_PORT: String(await freePort()),
  ALERTMANAGER_PORT: String(await freePort()),
  METRICS_PORT: String(await freePort()),
  DATA_DIRECTORY: temporaryFolder(),
})

/** A command as `npm run` calls it. */
const startCommand = (command: string, settings: Record<string, string>, ...words: string[]) => {
  const child = spawn(process.execPath, [command, ...words], {
    env: { PATH: process.env['PATH'], ...settings },
  })
  let output = ''
  const read = (chunk: Buffer): void => void (output += chunk.toString())
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  closing.push(async () => {
    child.kill('SIGTERM')
    await ended
  })
  return { child, ended, output: () => output }
}

/** What `make status` prints. */
const statusOf = async (settings: Record<string, string>): Promise<string> => {
  const { ended, output } = startCommand(STATUS, settings)
  expect(await ended, output()).toBe(0)
  return output()
}

suite('it waits for Inlet, sees it, has every rule, and ends both programs at Ctrl+C', async () => {
  const settings = await environment()
  const { child, ended, output } = startCommand(MONITORING, settings, 'local')
  await expect.poll(output).toContain('Inlet does not answer on port')
  expect(output()).toMatch(/inlet {2}0 of 1 up {2}http:\/\/127\.0\.0\.1:\d+\/metrics: \S/)

  const inlet = startTestProcess({ METRICS_PORT: settings.METRICS_PORT })
  closing.push(() => inlet.child.kill('SIGKILL'))
  await expect.poll(output).toContain('Inlet answers now.')
  const api = createPrometheusApi(`http://localhost:${settings.PROMETHEUS_PORT}`)
  expect(await api.targets()).toMatchObject([{ job: 'inlet', isUp: true, problem: '' }])
  const loaded = async () =>
    (await api.query('model_loaded == 1')).map(({ labels }) => labels['model_name'])
  // A target is up a moment before its samples can be asked for.
  await expect.poll(loaded).toContain('iris')
  const rules = await api.rules()
  expect(rules.failed).toEqual([])
  expect(rules.count).toBeGreaterThan(20)
  expect(output()).toContain(`(${rules.count} rules`)
  const ask = createGet(api.address)
  const flags = JSON.parse((await ask('/api/v1/status/flags')).text) as {
    data: Record<string, string>
  }
  expect(flags.data['storage.tsdb.retention.time']).toBe('8d')
  const alerting = JSON.parse((await ask('/api/v1/alertmanagers')).text) as {
    data: { activeAlertmanagers: { url: string }[] }
  }
  expect(alerting.data.activeAlertmanagers).toMatchObject([
    { url: `http://127.0.0.1:${settings.ALERTMANAGER_PORT}/api/v2/alerts` },
  ])

  const port = (await inlet.port())!
  const shown = { ...settings, HOST_PORT: String(port) }
  const body = { model: 'iris', features: [[5.1, 3.5, 1.4, 0.2]] }
  const askAndLook = async (): Promise<string> => {
    await call({ port, path: '/api/v1/predict', body })
    return statusOf(shown)
  }
  // A rate wants two scrapes with a request between them.
  await expect
    .poll(askAndLook, { interval: 1_000 })
    .toMatch(/^iris +1\.0\.0 +default +- +\d+\.\d +[\d.]+ +[\d.]+ +0\.0 % +1\.000 /m)
  const screen = await statusOf(shown)
  expect(screen).toContain(`by Prometheus at http://localhost:${settings.PROMETHEUS_PORT}; `)
  expect(screen).toMatch(/^gateway +\d+\.\d req\/s to \/api\/v1\/predict, 0\.0 % 5xx$/m)
  expect(screen).toMatch(/^recorder +0 rows wait, 0 lost; database up$/m)
  // Colours are for terminals.
  expect(screen).not.toContain('\u001B')

  child.kill('SIGINT')
  expect(await ended).toBe(0)
  const alone = await statusOf(shown)
  expect(alone).toContain('/metrics, one process since its start (no Prometheus: make monitoring)')
  expect(alone).toMatch(/^iris +1\.0\.0 +default +- +- +[\d.]+ +[\d.]+ +0\.0 % +1\.000 /m)
  expect(alone).toMatch(/^alerts +not known without Prometheus$/m)
  expect(alone).toMatch(/^not asked +http:\/\/localhost:\d+ does not answer/m)
  await checkPort(Number(settings.PROMETHEUS_PORT), 'PROMETHEUS_PORT')
  await checkPort(Number(settings.ALERTMANAGER_PORT), 'ALERTMANAGER_PORT')
})

suite('a second one is told of the first, and a closed terminal ends both programs', async () => {
  const settings = await environment()
  const first = startCommand(MONITORING, settings, 'local')
  await expect.poll(first.output).toContain('Stop with Ctrl+C')
  const { DATA_DIRECTORY: folder } = settings
  const second = startCommand(
    MONITORING,
    { ...(await environment()), DATA_DIRECTORY: folder },
    'local',
  )
  expect(await second.ended).toBe(1)
  expect(second.output()).toContain(
    `is in use by process ${first.child.pid} at http://localhost:${settings.PROMETHEUS_PORT}. Use that one`,
  )
  const [page] = /http:\/\/\S+\/alerts(?=\))/.exec(first.output())!
  const { origin, pathname } = new URL(page)
  expect((await createGet(origin)(pathname)).status).toBe(200)

  first.child.kill('SIGHUP')
  expect(await first.ended).toBe(0)
  await checkPort(Number(settings.PROMETHEUS_PORT), 'PROMETHEUS_PORT')
  await checkPort(Number(settings.ALERTMANAGER_PORT), 'ALERTMANAGER_PORT')
})

test('what nobody waits for any more is not looked for', async () => {
  let looks = 0
  const look = (): Promise<boolean> => Promise.resolve((looks += 1) > 9)
  expect(await within(Infinity, look, AbortSignal.abort())).toBe(false)
  expect(looks).toBe(1)
})

const never = new Promise<never>(() => {})
const silent = (): void => {}

test('a port that is taken is named, with another one', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  const { port } = server.address() as { port: number }
  await expect(checkPort(port, 'PROMETHEUS_PORT')).rejects.toThrow(
    new RegExp(`Port ${port} is taken.*PROMETHEUS_PORT=${port + 1} make monitoring`),
  )
})

test('a program that is missing is named with its package', async () => {
  const config = readMonitoringConfig(await environment())
  const places = { prometheus: ['/nowhere/prometheus'], alertmanager: ['/nowhere/alertmanager'] }
  await expect(monitorLocally(config, never, silent, places)).rejects.toThrow(
    /Prometheus is not installed here \(looked for \/nowhere\/prometheus\)\.[^]*apt install prometheus/,
  )
})

test('a program that ends is told with its last words, and the other one is ended too', async () => {
  const config = readMonitoringConfig(await environment())
  // Node takes none of their arguments.
  const places = { prometheus: [process.execPath], alertmanager: [process.execPath] }
  await expect(monitorLocally(config, never, silent, places)).rejects.toThrow(
    /ended with code \d+\. Its last words \(.*\.log\):\n {2}.*bad option/,
  )
})

test.each([
  [{ METRICS_PORT: '0' }, 'METRICS_PORT is 0'],
  [
    { PROMETHEUS_PORT: '9391', ALERTMANAGER_PORT: '9391' },
    'PROMETHEUS_PORT and ALERTMANAGER_PORT are both 9391',
  ],
  [{ DATA_DIRECTORY: import.meta.filename }, /The folder .* \(DATA_DIRECTORY\) cannot be used/],
])('of %o it says what is wrong', async (settings, said) => {
  const config = readMonitoringConfig({ ...(await environment()), ...settings })
  await expect(monitorLocally(config, never, silent)).rejects.toThrow(said)
})

test.each([
  [['cluster'], {}, 'Called as: npm run monitoring [-- local]'],
  [['local'], { PROMETHEUS_PORT: 'x' }, 'PROMETHEUS_PORT: must be a whole number from 1 to 65535'],
  [['local'], { PROMETHEUS_URL: 'ftp://x' }, 'PROMETHEUS_URL: must begin with http:// or https://'],
])('called with %j and %o it says what fits', async (words, settings, said) => {
  const { ended, output } = startCommand(MONITORING, settings, ...words)
  expect(await ended).toBe(1)
  expect(output()).toContain(said)
  expect(output()).not.toContain('    at ')
})
