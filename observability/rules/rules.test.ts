import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { needs, PROMTOOL } from '#platform/testing/needs.ts'

const promtool = needs('rules by promtool', 'promtool', PROMTOOL)
const run = (...given: string[]): string =>
  execFileSync(promtool!, given, { cwd: import.meta.dirname, encoding: 'utf8' })

test.skipIf(promtool === null)('the rules are rules, and record what their tests expect', () => {
  expect(run('check', 'rules', 'recording.yaml')).toContain('SUCCESS: 3 rules found')
  expect(run('test', 'rules', 'recording.test.yaml')).toContain('SUCCESS')
})
