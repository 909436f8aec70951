import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus'
import { expect, test } from 'vitest'
import { alertRules } from '../rules/read-rules.ts'
import { runbookOf, thresholdOf } from '../rules/alert-facts.ts'
import { sourcesById } from './grafana/dashboard.ts'
import { DASHBOARDS, generateDashboards, JSON_FOLDER } from './generate.ts'
import { panelsIn, variablesIn } from './query/query-panel.ts'

const files = generateDashboards()
const dashboards = DASHBOARDS.map(
  (source) =>
    [source.title, source, JSON.parse(files.get(`${source.name}.json`)!) as Dashboard] as const,
)

test('the files are what their sources make; if not: npm run docs', () => {
  expect(readdirSync(JSON_FOLDER).toSorted()).toEqual([...files.keys()].toSorted())
  for (const [file, text] of files) {
    expect(readFileSync(path.join(JSON_FOLDER, file), 'utf8'), file).toBe(text)
  }
})

test('the addresses of dashboards stay as they are', () => {
  expect(dashboards.map(([, , { uid }]) => uid)).toEqual([
    'inlet-models',
    'inlet-versions',
    'inlet-autoscaling',
    'inlet-platform',
  ])
})

test.each(dashboards)(
  '%s: each panel stands alone, explains itself and has a unit',
  (_, source, one) => {
    const sources = sourcesById(source)
    const panels = panelsIn(one)
    expect(panels.length).toBe(sources.size)
    expect(new Set(one.panels?.map(({ id }) => id)).size).toBe(one.panels?.length)
    for (const panel of panels) {
      const from = sources.get(panel.id!)!
      expect(panel.title).toBe(from.title)
      expect(panel.description, panel.title).toMatch(/^[A-Z0-9][^]{20,}\.$/)
      expect(panel.fieldConfig?.defaults.unit, panel.title).toBe(from.unit)
      const headings = (from.alerts ?? []).map(
        (alert) => `\${runbook:raw}#${runbookOf(alert).heading}`,
      )
      expect(panel.links?.map(({ url }) => url)).toEqual(headings)
    }
  },
)

test.each(dashboards)(
  '%s: no panel lies over another, and each line is full',
  (_, _source, one) => {
    const taken = new Map<string, string>()
    for (const { title = '', gridPos } of one.panels ?? []) {
      const { x, y, w, h } = gridPos!
      expect(x + w, title).toBeLessThanOrEqual(24)
      for (let row = y; row < y + h; row += 1) {
        for (let column = x; column < x + w; column += 1) {
          const cell = `${row}:${column}`
          expect(taken.get(cell), `${title} at ${cell}`).toBeUndefined()
          taken.set(cell, title)
        }
      }
    }
  },
)

test.each(dashboards)('%s: time, refresh and variables are set', (_, _source, one) => {
  expect(one).toMatchObject({ time: { from: 'now-1h', to: 'now' }, refresh: '30s' })
  expect(
    variablesIn(one)
      .slice(0, 2)
      .map(({ name }) => name),
  ).toEqual(['datasource', 'model'])
  expect(variablesIn(one).at(-1)).toMatchObject({ name: 'runbook', query: 'docs/RUNBOOK.md' })
})

test.each(dashboards)('%s: windows follow the time range', (_, _source, one) => {
  for (const { title, targets = [] } of panelsIn(one)) {
    for (const { expr, instant } of targets as Dataquery[]) {
      const windows = [...expr.matchAll(/\[([^\]]+)\]/g)].map(([, window]) => window)
      const allowed = instant === true ? '$__range' : '$__rate_interval'
      expect(
        windows.filter((window) => window !== allowed),
        title,
      ).toEqual([])
    }
  }
})

test('each alert is linked from a panel that shows what it is of', () => {
  const linked = new Set(
    DASHBOARDS.flatMap(({ sections }) => sections)
      .flatMap(({ panels }) => panels)
      .flatMap(({ alerts = [] }) => alerts),
  )
  const names = new Set(alertRules().map(({ alert }) => alert))
  expect([...linked].toSorted()).toEqual([...names].toSorted())
})

test('thresholds are the rules’ own, and an unknown alert is refused', () => {
  expect(thresholdOf('HighErrorRate')).toBe(0.05)
  expect(thresholdOf('ModelSlowToWake')).toBe(3)
  expect(thresholdOf('ModelDrift')).toBe(0.25)
  expect(thresholdOf('VersionAccuracySkew')).toBe(0.1)
  expect(() => thresholdOf('HighErrorRates')).toThrow('there is no alert HighErrorRates')
})
