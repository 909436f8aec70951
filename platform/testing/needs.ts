import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

export { ALERTMANAGER, AMTOOL, PROMETHEUS, PROMTOOL } from '#platform/tools/program-paths.ts'

/** Where systems put a Chromium that playwright-core can drive. */
export const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const folders = (process.env['PATH'] ?? '').split(path.delimiter)

/** Wherever the shell finds them; every system puts them elsewhere. */
export const KUBECTL = folders.map((folder) => path.join(folder, 'kubectl'))
const DOCKER = folders.map((folder) => path.join(folder, 'docker'))

/** Docker with Compose, which is a plugin that not every Docker has. */
export const findCompose = (): string[] =>
  DOCKER.filter((file) => spawnSync(file, ['compose', 'version']).status === 0)

/**
 * The first of `paths` that exists, or null after a line that says which suite does not run.
 * With TEST_ALL=1 the line is an error.
 */
export const needs = (suite: string, program: string, paths: readonly string[]): string | null => {
  const found = paths.find(existsSync)
  if (found !== undefined) return found
  const line = `not run: ${suite} (needs ${program})`
  if (process.env['TEST_ALL'] === '1') throw new Error(line)
  process.stdout.write(`${line}\n`)
  return null
}
