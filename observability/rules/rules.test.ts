import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { needs, PROMTOOL } from '#platform/testing/needs.ts'
import { ALERT_CASES, alertTests, burnTests } from './testing/unit-tests.ts'
import { BURN_CASES } from './testing/burn-cases.ts'
import { askedIn } from '../testing/metric-names.ts'
import { alertRules, RULE_FILES } from './read-rules.ts'
import {
  dockerPromtool,
  hasImage,
  localPromtool,
  runUnitTests,
  type Promtool,
  type PromtoolTest,
} from './testing/promtool.ts'

const root = path.resolve(import.meta.dirname, '../..')
const version2 = needs('rules by promtool', 'promtool', PROMTOOL)
const versions = readFileSync(path.join(root, 'platform/deploy/versions.env'), 'utf8')
const image = /^PROMETHEUS_IMAGE=(.+)$/m.exec(versions)![1]!
const isThere = hasImage(image)
if (!isThere) process.stdout.write(`not run: rules by the cluster's promtool (needs ${image})\n`)

const suites: [string, Promtool | null][] = [
  ["this machine's promtool", version2 === null ? null : localPromtool(version2)],
  [image, isThere ? dockerPromtool(image) : null],
]

describe.each(suites)('by %s', (_, promtool) => {
  const by = test.skipIf(promtool === null)

  by('the rules are rules', () => {
    const checked = promtool!(import.meta.dirname, ['check', 'rules', ...RULE_FILES])
    expect(checked.match(/SUCCESS/g)).toHaveLength(RULE_FILES.length)
  })

  by('every query of the runbook is one', () => {
    const folder = temporaryFolder()
    // The image's user is nobody.
    chmodSync(folder, 0o755)
    const runbook = readFileSync(path.join(root, 'docs/RUNBOOK.md'), 'utf8')
    const queries = askedIn(runbook)
    expect(queries.length).toBeGreaterThan(20)
    const rules = queries.map((expr) => ({ record: 'asked', expr }))
    writeFileSync(
      path.join(folder, 'asked.yaml'),
      stringify({ groups: [{ name: 'runbook', rules }] }),
    )
    expect(promtool!(folder, ['check', 'rules', '--lint=none', 'asked.yaml'])).toContain('SUCCESS')
  })

  by('recording rules record what their tests expect', () => {
    expect(promtool!(import.meta.dirname, ['test', 'rules', 'recording.test.yaml'])).toContain(
      'SUCCESS',
    )
  })

  by('each alert fires, alone, and is silent 2 % below its threshold', () => {
    expect(runUnitTests(promtool!, alertTests(), '15s')).toContain('SUCCESS')
  })

  by('burn rates alert by all their windows, above each factor and not below', () => {
    expect(runUnitTests(promtool!, burnTests(), '1m')).toContain('SUCCESS')
  })

  by('a test of rules can fail', () => {
    const [{ input_series: _series, ...first }] = alertTests() as [PromtoolTest]
    expect(() => runUnitTests(promtool!, [{ ...first, input_series: [] }], '15s')).toThrow()
  })
})

test('each alert has a case', () => {
  const tried = new Set(ALERT_CASES.map(({ alert }) => alert))
  const byBurn = new Set(BURN_CASES.flatMap(({ firing: expected }) => expected.map(([, , w]) => w)))
  const alerts = alertRules()
  const untried = alerts.filter(
    ({ alert, labels }) => !tried.has(alert) && !byBurn.has(labels['long_window'] ?? ''),
  )
  expect(untried.map(({ alert }) => alert)).toEqual([])
  expect(alerts.length).toBeGreaterThan(14)
})
