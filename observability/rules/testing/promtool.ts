import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { RULE_FILES } from '../read-rules.ts'

const RULES = path.resolve(import.meta.dirname, '..')

/** Runs promtool with these arguments in a folder that holds the rules. */
export type Promtool = (folder: string, args: string[]) => string

export const localPromtool =
  (program: string): Promtool =>
  (folder, args) =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })

/** That of an image which is on this machine already; nothing is pulled. */
export const dockerPromtool =
  (image: string): Promtool =>
  (folder, args) => {
    const mount = ['--volume', `${folder}:/rules:ro`, '--workdir', '/rules']
    const run = ['run', '--rm', '--pull', 'never', '--network', 'none', ...mount]
    return execFileSync('docker', [...run, '--entrypoint', '/bin/promtool', image, ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
  }

export const hasImage = (image: string): boolean => {
  try {
    execFileSync('docker', ['image', 'inspect', image], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export type PromtoolTest = {
  name: string
  interval: string
  input_series: { series: string; values: string }[]
  promql_expr_test: {
    expr: string
    eval_time: string
    exp_samples: { labels: string; value: number }[]
  }[]
}

export const seriesOf = (series: Record<string, string>): PromtoolTest['input_series'] =>
  Object.entries(series).map(([name, values]) => ({ series: name, values }))

/** The series Prometheus keeps of an alert that fires. */
export const firing = (labels: Record<string, string>): { labels: string; value: number } => {
  const all = Object.entries({ alertstate: 'firing', ...labels })
  return { labels: `ALERTS{${all.map(([name, is]) => `${name}="${is}"`).join(', ')}}`, value: 1 }
}

/** Runs unit tests against all rules; throws with what promtool says when one fails. */
export const runUnitTests = (
  promtool: Promtool,
  tests: readonly PromtoolTest[],
  interval: string,
): string => {
  const folder = temporaryFolder()
  // The image's user is nobody.
  chmodSync(folder, 0o755)
  for (const file of RULE_FILES) cpSync(path.join(RULES, file), path.join(folder, file))
  const suite = { rule_files: RULE_FILES, evaluation_interval: interval, tests }
  writeFileSync(path.join(folder, 'alerts.test.yaml'), stringify(suite))
  return promtool(folder, ['test', 'rules', 'alerts.test.yaml'])
}
