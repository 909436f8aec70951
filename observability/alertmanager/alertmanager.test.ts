import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { AMTOOL, needs } from '#platform/testing/needs.ts'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { alertRules } from '../rules/read-rules.ts'
import { shorten } from './testing/shorten.ts'

const FILE = path.join(import.meta.dirname, 'alertmanager.yaml')
const amtool = needs('routes by amtool', 'amtool', AMTOOL)
const suite = test.skipIf(amtool === null)
const run = (...given: string[]): string =>
  execFileSync(amtool!, given, { encoding: 'utf8', stdio: 'pipe' }).trim()

suite('the configuration is one', () => {
  expect(run('check-config', FILE)).toContain('SUCCESS')
})

suite('each alert goes to the receiver of its severity', () => {
  for (const { alert, labels } of alertRules()) {
    const given = Object.entries({ alertname: alert, ...labels }).map(
      ([name, is]) => `${name}=${is}`,
    )
    expect(run('config', 'routes', 'test', `--config.file=${FILE}`, ...given), alert).toBe(
      labels['severity'],
    )
  }
})

test('what inhibits and what is inhibited are alerts that there are, of the same model or namespace', () => {
  const names = alertRules().map(({ alert }) => alert)
  const { inhibit_rules: rules } = parse(readFileSync(FILE, 'utf8')) as {
    inhibit_rules: { source_matchers: [string]; target_matchers: [string]; equal: string[] }[]
  }
  const nameIn = ([matcher]: [string]): string => /^alertname="(\w+)"$/.exec(matcher)![1]!
  for (const { source_matchers: source, target_matchers: target } of rules) {
    expect(names).toEqual(expect.arrayContaining([nameIn(source), nameIn(target)]))
  }
  expect(rules.map(({ equal }) => equal)).toEqual([['model_name', 'service_level'], ['namespace']])
})

test('a shortened copy differs in times alone', () => {
  const text = 'interval: 15s\nfor: 5m\nexpr: rate(a[5m]) > 5 and model:b:1h\n  group_wait: 2h'
  expect(shorten(text)).toBe(
    'interval: 1000ms\nfor: 5000ms\nexpr: rate(a[5000ms]) > 5 and model:b:1h\n  group_wait: 120000ms',
  )
})

type StatefulSet = {
  kind: string
  spec: { template: { spec: { initContainers: [{ command: [string, ...string[]] }] } } }
}

/** What the pod's first container makes of the configuration, for this address of the webhook. */
const configured = (webhook: string): string => {
  const manifest = path.resolve(
    import.meta.dirname,
    '../../platform/deploy/base/alertmanager/workload.yaml',
  )
  const objects = parseAllDocuments(readFileSync(manifest, 'utf8')).map(
    (document) => document.toJS() as StatefulSet,
  )
  const { spec } = objects.find(({ kind }) => kind === 'StatefulSet')!
  const [{ command }] = spec.template.spec.initContainers
  const [program, ...given] = command
  const file = path.join(temporaryFolder(), 'alertmanager.yaml')
  const env = {
    PATH: process.env['PATH'],
    TEMPLATE: FILE,
    CONFIGURATION: file,
    WEBHOOK_URL: webhook,
  }
  execFileSync(program, given, { env })
  return file
}

suite('in the cluster the webhook is the address that its Secret holds', () => {
  const address = String.raw`https://hooks.example.org/a?b=c&d=e|f\g#h`
  const file = configured(address)
  expect(run('check-config', file)).toContain('SUCCESS')
  const { receivers } = parse(readFileSync(file, 'utf8')) as {
    receivers: { webhook_configs: { url: string }[] }[]
  }
  expect(receivers.flatMap((one) => one.webhook_configs.map(({ url }) => url))).toEqual([
    address,
    address,
  ])
})

suite('without an address the configuration still is one', () => {
  const file = configured('')
  expect(run('check-config', file)).toContain('SUCCESS')
  expect(readFileSync(file, 'utf8')).not.toContain('webhook.invalid/\n')
})
