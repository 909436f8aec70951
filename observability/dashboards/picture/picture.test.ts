import { afterAll, describe, expect, test } from 'vitest'
import { DASHBOARDS } from '../generate.ts'
import { createPrometheusClient } from '../query/prometheus-client.ts'
import { startAnsweringPrometheus } from '../testing/answering-prometheus.ts'
import { readDashboard } from '../testing/run-queries.ts'
import { format } from './format.ts'
import { drawPage } from './page.ts'

const HOSTILE = '</svg><script>alert(1)</script><img src=x onerror="alert(2)">\'&'
const NOW = 1_800_000_000

const prometheus = await startAnsweringPrometheus(HOSTILE, NOW)
afterAll(prometheus.close)
const client = createPrometheusClient(prometheus.address)

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
      runbook: HOSTILE,
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
