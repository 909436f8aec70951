import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { DASHBOARDS, JSON_FOLDER } from './generate.ts'
import { drawPage } from './picture/page.ts'
import { createPrometheusClient } from './query/prometheus-client.ts'

const HELP = `Draws the dashboards' panels from a Prometheus, a page for each, for people without Grafana.

  node observability/dashboards/draw.ts [address of Prometheus] [options]

  --minutes 60          time range up to now
  --scrape 5            seconds between its scrapes
  --model sentiment     the model of A/B, and of the others instead of all
  --out .inlet/dashboards

Without an address: http://localhost:9090; of a cluster: http://prometheus.localhost:8080
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '60' },
    scrape: { type: 'string', default: '5' },
    model: { type: 'string' },
    out: { type: 'string', default: '.inlet/dashboards' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}

const client = createPrometheusClient(positionals[0] ?? 'http://localhost:9090')
const to = Date.now() / 1_000
const from = to - Number(values.minutes) * 60
mkdirSync(values.out, { recursive: true })
for (const { name } of DASHBOARDS) {
  const text = readFileSync(path.join(JSON_FOLDER, `${name}.json`), 'utf8')
  const dashboard = JSON.parse(text) as Dashboard
  const selection = values.model === undefined ? {} : { model: values.model }
  const scrape = Number(values.scrape)
  const page = await drawPage({ client, dashboard, selection, from, to, scrape, points: 1_500 })
  const file = path.join(values.out, `${name}.html`)
  writeFileSync(file, page)
  console.log(file)
}
