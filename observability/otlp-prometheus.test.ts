import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { readFile } from 'node:fs/promises'
import { readVersions } from '#platform/deploy/read-versions.ts'
import { samplesOf } from '#platform/monitoring/figures-by-page.ts'
import { freePort } from '#platform/testing/free-port.ts'
import { startTestProcess } from '#platform/testing/process.ts'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { call } from '#platform/tools/local-request.ts'
import { hasImage } from './rules/testing/promtool.ts'

const OVERLAY = path.resolve(
  import.meta.dirname,
  '../platform/deploy/overlays/otlp/prometheus.yaml',
)
const { PROMETHEUS_IMAGE: image } = await readVersions()
const isHere = hasImage(image)
if (!isHere) console.log(`not run: metrics pushed to ${image} (needs that image)`)

/** The shipped Prometheus as a receiver, as the overlay has it but for what it scrapes and its rules. */
const startPrometheus = async (port: number): Promise<() => void> => {
  const { otlp } = parse(await readFile(OVERLAY, 'utf8')) as { otlp: object }
  const folder = temporaryFolder()
  // The image's user is nobody.
  chmodSync(folder, 0o755)
  writeFileSync(path.join(folder, 'prometheus.yaml'), stringify({ otlp }))
  const run = ['run', '--detach', '--rm', '--pull', 'never', '--publish', `127.0.0.1:${port}:9090`]
  const where = ['--volume', `${folder}:/etc/inlet:ro`, '--tmpfs', '/data:mode=1777']
  const given = ['--config.file=/etc/inlet/prometheus.yaml', '--storage.tsdb.path=/data']
  const all = [...run, ...where, image, ...given, '--web.enable-otlp-receiver']
  const container = execFileSync('docker', all, { encoding: 'utf8' }).trim()
  return () => void execFileSync('docker', ['kill', container], { stdio: 'ignore' })
}

const ask = async (port: number): Promise<void> => {
  const body = { model: 'iris', features: [[5.1, 3.5, 1.4, 0.2]] }
  expect((await call({ port, path: '/api/v1/predict', body })).status).toBe(200)
}

/** A series without its values: its name, its labels, and the bound of a bucket as a number. */
const kindOf = (name: string, labels: Record<string, string>): string => {
  // To Prometheus an empty label is none.
  const names = Object.keys(labels).filter((label) => !ADDED.has(label) && labels[label] !== '')
  const bound =
    labels['le'] === undefined ? '' : ` le ${Number(labels['le'].replace('+Inf', 'Infinity'))}`
  return `${name}{${names.toSorted().join()}}${bound}`
}
/** What a process happens to have open or under way at a moment. */
const PASSING = /^nodejs_active_(?:handles|requests|resources)$/
/** Prometheus' own, and what the overlay makes labels of. */
const ADDED = new Set(['__name__', 'job', 'instance', 'namespace', 'pod'])

const kindsOf = (
  series: readonly { name: string; labels: Record<string, string> }[],
): Set<string> =>
  new Set(
    series
      .filter(({ name }) => !PASSING.test(name))
      .map(({ name, labels }) => kindOf(name, labels)),
  )

test.skipIf(!isHere)(
  'what is pushed to the Prometheus that is shipped has the names and labels of what is scraped',
  async () => {
    const prometheus = await freePort()
    onTestFinished(await startPrometheus(prometheus))
    const get = async (where: string) => {
      const { json, status } = await call({ port: prometheus, path: where })
      expect(status, where).toBe(200)
      return json
    }
    await expect.poll(() => get('/-/ready').catch(() => null)).not.toBeNull()

    const shown = startTestProcess()
    const pushing = startTestProcess({
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `http://127.0.0.1:${prometheus}/api/v1/otlp/v1/metrics`,
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_RESOURCE_ATTRIBUTES: 'namespace=here',
    })
    onTestFinished(() => void (shown.child.kill('SIGKILL'), pushing.child.kill('SIGKILL')))
    const [one, other] = [(await shown.port())!, (await pushing.port())!]
    await Promise.all([ask(one), ask(other)])
    const page = (await call({ port: one, path: '/metrics' })).text
    const scraped = kindsOf(samplesOf(page))
    expect(scraped.size).toBeGreaterThan(100)

    const pushed = async (): Promise<Set<string>> => {
      const selector = encodeURIComponent('{job="inlet",__name__!="target_info"}')
      const { data } = await get(`/api/v1/series?match[]=${selector}`)
      return kindsOf(
        (data as Record<string, string>[]).map((labels) => ({ name: labels['__name__']!, labels })),
      )
    }
    await expect.poll(pushed, { interval: 500 }).toEqual(scraped)

    const query = encodeURIComponent('predictions_total{model_name="iris",outcome="success"}')
    const { data } = await get(`/api/v1/query?query=${query}`)
    expect(data).toMatchObject({
      result: [
        {
          metric: {
            job: 'inlet',
            instance: expect.any(String),
            pod: expect.any(String),
            namespace: 'here',
          },
          value: [expect.any(Number), '1'],
        },
      ],
    })
  },
)
