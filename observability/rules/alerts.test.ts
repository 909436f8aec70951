import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { FEWEST_DRIFT_SAMPLES, METRICS, type Metric } from '../metrics.ts'
import { alertRules, readRules, recordingRules } from './read-rules.ts'
import { fewestSamplesOf } from './alert-facts.ts'

const root = path.resolve(import.meta.dirname, '../..')

test('each alert says how bad it is, what happened and what to do', () => {
  for (const { alert, labels, annotations } of alertRules()) {
    expect(labels['severity'], alert).toMatch(/^(?:page|ticket)$/)
    expect(Object.keys(annotations), alert).toEqual(['summary', 'description', 'runbook_url'])
    expect(annotations['runbook_url']).toBe(`docs/RUNBOOK.md#${alert.toLowerCase()}`)
  }
})

test('the runbook has a heading for each alert, and none without one', () => {
  const runbook = readFileSync(path.join(root, 'docs/RUNBOOK.md'), 'utf8')
  const sections = runbook.split(/^## /m).slice(1)
  const ofAlerts = sections.filter((section) => /^\w+\n/.test(section))
  const headings = ofAlerts.map((section) => section.split('\n', 1)[0]!)
  const names = new Set(alertRules().map(({ alert }) => alert))
  expect(headings.toSorted()).toEqual([...names].toSorted())
  for (const section of ofAlerts) {
    expect(section).toMatch(/^\w+\n\S[^]+\n\nChecks\n- [^]+\n\nActions\n- /)
  }
})

test('drift alerts from as many samples on as it is told of', () => {
  expect(fewestSamplesOf('ModelDrift')).toBe(FEWEST_DRIFT_SAMPLES)
})

test.each([
  [
    'HighErrorRate',
    '5m',
    /^sum by \(model_name\) \(rate\(api_errors_total\{.*\}\[5m\]\)\) > 0\.05$/,
  ],
  [
    'HighLatency',
    '5m',
    /^histogram_quantile\(0\.95,[^]*prediction_duration_seconds_bucket[^]* > 1\n$/,
  ],
  ['ModelNotLoaded', '1m', /^model_loaded == 0$/],
  ['ModelDrift', '10m', /model_drift_samples >= 200[^]* > 0\.25\n$/],
])('%s has been so for %s', (name, time, expression) => {
  const rule = alertRules().find(({ alert }) => alert === name)
  expect(rule?.for).toBe(time)
  expect(rule?.expr).toMatch(expression)
})

/** Labels that scraping adds. */
const OF_TARGETS = ['namespace', 'pod', 'instance', 'le']

test('every label that a rule groups or matches by is one that metrics have', () => {
  const labels = new Set([
    ...Object.values<Metric>(METRICS).flatMap((metric) => metric.labels),
    ...recordingRules().flatMap((rule) => Object.keys(rule.labels ?? {})),
    ...OF_TARGETS,
  ])
  const lists = readRules().flatMap(({ expr }) => [
    ...expr.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g),
  ])
  const used = lists.flatMap(([, list]) => list!.split(',').map((one) => one.trim()))
  expect(used.length).toBeGreaterThan(50)
  for (const label of used) expect([...labels]).toContain(label)
})
