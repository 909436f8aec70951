import { existsSync } from 'node:fs'

/** Where systems put Prometheus' checker. */
export const PROMTOOL = [
  '/usr/bin/promtool',
  '/usr/local/bin/promtool',
  '/opt/homebrew/bin/promtool',
]

/** Where systems put Prometheus, and what sends its alerts on. */
export const PROMETHEUS = PROMTOOL.map((file) => file.replace('promtool', 'prometheus'))
export const AMTOOL = PROMTOOL.map((file) => file.replace('promtool', 'amtool'))
export const ALERTMANAGER = [
  '/usr/bin/prometheus-alertmanager',
  '/usr/local/bin/alertmanager',
  '/opt/homebrew/bin/alertmanager',
]

/** The first of these paths that exists. */
export const findProgram = (paths: readonly string[]): string | null =>
  paths.find(existsSync) ?? null
