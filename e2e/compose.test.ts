import { afterAll, beforeAll, expect, test } from 'vitest'
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { call, type Answer } from '#platform/tools/local-request.ts'
import { CLUSTER_NAME, exampleOf, modelNamed, MODELS } from './testing/target.ts'
import { until } from './testing/until.ts'

const TOOL = path.resolve(import.meta.dirname, '../platform/delivery/compose.ts')
const PROJECT = `${CLUSTER_NAME}-compose-test`
const PORTS = ['GATEWAY', 'API', 'PROMETHEUS', 'ALERTMANAGER', 'GRAFANA']
const run = promisify(execFile)

/** As `make compose` does it, beside whatever else runs here: 0 takes a free port. */
const compose = async (...words: string[]): Promise<string> => {
  const ports = Object.fromEntries(PORTS.map((name) => [`${name}_PORT`, '0']))
  const env = { ...process.env, ...ports, COMPOSE_PROJECT_NAME: PROJECT }
  return (await run(process.execPath, [TOOL, ...words], { env })).stdout
}

const portOf = async (service: string, port: number): Promise<number> =>
  Number((await compose('port', service, String(port))).trim().split(':').pop())

const versions = MODELS.flatMap((model) =>
  Object.keys(modelNamed(model).card.versions).map((version) => [model, version] as const),
)

let gateway = 0
let prometheus = 0
const ask = (where: string, body?: unknown): Promise<Answer> =>
  call({ port: gateway, path: `/api/v1/${where}`, body, timeoutMs: 20_000 })
const predict = (model: string, version?: string): Promise<Answer> =>
  ask('predict', { model, ...(version !== undefined && { version }), ...exampleOf(model) })

beforeAll(async () => {
  await compose('up')
  gateway = await portOf('gateway', 8080)
  prometheus = await portOf('prometheus', 9090)
})

afterAll(async () => {
  await compose('down', '--volumes')
})

test.each(versions)('%s %s answers, and its row is there', async (model, version) => {
  const { status, json } = await predict(model, version)
  expect(status).toBe(200)
  const id = String(json['prediction_id'])
  const row = await until('the row', async () => {
    const answer = await ask(`predictions/${id}`)
    return answer.status === 200 && answer.json
  })
  expect(row).toMatchObject({ model, version, result: json['result'] })
})

/** Tell how fast this machine is just now, which is not for a test to say. */
const OF_SPEED = new Set(['ModelSlowToWake', 'HighLatency'])

test('Prometheus reaches the gateway and every function, and no alert says that something is broken', async () => {
  const read = async <Data>(what: string): Promise<Data> =>
    (await call({ port: prometheus, path: `/api/v1/${what}` })).json['data'] as Data
  const jobs = await until('all targets are up', async () => {
    const { activeTargets: targets } = await read<{
      activeTargets: { health: string; labels: { job: string } }[]
    }>('targets')
    const isWhole = targets.length === versions.length + 1
    return isWhole && targets.every(({ health }) => health === 'up') && targets
  })
  expect(jobs.filter(({ labels }) => labels.job === 'gateway')).toHaveLength(1)
  await until('every version is loaded', async () => {
    const { result } = await read<{ result: object[] }>(
      `query?query=${encodeURIComponent('model_loaded == 1')}`,
    )
    return result.length === versions.length
  })
  await until('no such alert', async () => {
    const { alerts } = await read<{ alerts: { labels: { alertname: string } }[] }>('alerts')
    const names = alerts.map(({ labels }) => labels.alertname)
    expect(names.filter((name) => !OF_SPEED.has(name))).toEqual([])
    return true
  })
})

test('a database that is killed and comes back loses no answered prediction', async () => {
  const killed = compose('kill', 'postgres').then(() => compose('start', 'postgres'))
  const ids: string[] = []
  for (let index = 0; index < 40; index += 1) {
    const { status, json } = await predict('iris')
    expect(status).toBe(200)
    ids.push(String(json['prediction_id']))
  }
  await killed
  await until('every row is there', async () => {
    const found = await Promise.all(ids.map((id) => ask(`predictions/${id}`)))
    return found.every(({ status }) => status === 200)
  })
})

test('up again with nothing changed starts nothing anew', async () => {
  const containers = async (): Promise<string> =>
    (await compose('ps', '--quiet')).split('\n').toSorted().join('\n')
  const before = await containers()
  expect(before.trim().split('\n')).toHaveLength(versions.length + 4)
  await compose('up')
  expect(await containers()).toBe(before)
})
