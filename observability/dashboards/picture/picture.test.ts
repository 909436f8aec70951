import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { DASHBOARDS } from '../generate.ts'
import { createPrometheusClient } from '../query/prometheus-client.ts'
import { readDashboard } from '../testing/run-queries.ts'
import { format } from './format.ts'
import { drawPage } from './page.ts'

const HOSTILE = '</svg><script>alert(1)</script><img src=x onerror="alert(2)">\'&'
const NOW = 1_800_000_000

/** A Prometheus that has an answer to everything, with labels that nobody should trust. */
const prometheus = createServer((request, response) => {
  const url = new URL(request.url!, 'http://localhost')
  const labels = [
    'model_name',
    'version',
    'revision',
    'feature',
    'code',
    'endpoint',
    'process',
    'phase',
    'job',
  ]
  const metric = { ...Object.fromEntries(labels.map((name) => [name, HOSTILE])), le: '0.5' }
  const points = Array.from({ length: 20 }, (_, index) => [NOW - 600 + index * 30, '0.25'])
  const data = url.pathname.endsWith('/values')
    ? [HOSTILE]
    : {
        result: url.pathname.endsWith('/query_range')
          ? [{ metric, values: points }]
          : [{ metric, value: [NOW, '0.25'] }],
      }
  response.end(JSON.stringify({ status: 'success', data }))
}).listen(0, '127.0.0.1')
await once(prometheus, 'listening')
afterAll(() => void prometheus.close())

const { port } = prometheus.address() as AddressInfo
const client = createPrometheusClient(`http://prometheus.localhost:${port}`)

test.each(DASHBOARDS.map(({ name, title }) => [title, name]))(
  '%s is drawn whole, and what labels say is text',
  async (_, name) => {
    const dashboard = readDashboard(name)
    const page = await drawPage({
      client,
      dashboard,
      selection: {},
      from: NOW - 900,
      to: NOW,
      scrape: 5,
      points: 1_500,
    })
    expect(page).not.toMatch(/<script|<img|onerror="/)
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toMatch(/\b(?:src|href)="(?:https?:)?\/\//)
    expect(page).not.toContain('No data')
    const panels = dashboard.panels!.filter(({ type }) => type !== 'row')
    expect(page.match(/<section /g)).toHaveLength(panels.length)
    for (const { title } of dashboard.panels!) {
      expect(page).toContain(title!.replace('$version', ''))
    }
  },
)

describe('a value has its unit', () => {
  test.each([
    [0.0123, 's', '12.3 ms'],
    [125, 's', '2.08 min'],
    [0.99, 'percentunit', '99%'],
    [1_536, 'bytes', '1.5 KiB'],
    [12_345, 'short', '12.3 K'],
    [0.05, 'reqps', '0.05 req/s'],
    [0, 'percentunit', '0%'],
    [Number.NaN, 's', 'no data'],
  ])('%s in %s is %s', (value, unit, written) => {
    expect(format(value, unit)).toBe(written)
  })

  test('a unit that nobody can write is refused', () => {
    expect(() => format(1, 'parsec')).toThrow('no way to write the unit parsec')
  })
})
