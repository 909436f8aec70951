import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { autoscaling } from './autoscaling.ts'
import { toDashboard } from './grafana/dashboard.ts'
import type { DashboardSource } from './grafana/panel.ts'
import { models } from './models.ts'
import { platform } from './platform.ts'
import { versions } from './versions.ts'

export const DASHBOARDS: readonly DashboardSource[] = [models, versions, autoscaling, platform]

/** Where Grafana's files lie: `<name>.json`. */
export const JSON_FOLDER = path.join(import.meta.dirname, 'json')

/** The files of all dashboards by their names, as text. */
export const generateDashboards = (): ReadonlyMap<string, string> =>
  new Map(
    DASHBOARDS.map((source) => [
      `${source.name}.json`,
      `${JSON.stringify(toDashboard(source), null, 2)}\n`,
    ]),
  )

/** Writes them, and removes what no source makes any more. */
export const writeDashboards = (): void => {
  mkdirSync(JSON_FOLDER, { recursive: true })
  const files = generateDashboards()
  for (const file of readdirSync(JSON_FOLDER)) {
    if (!files.has(file)) rmSync(path.join(JSON_FOLDER, file))
  }
  for (const [file, text] of files) writeFileSync(path.join(JSON_FOLDER, file), text)
}

if (import.meta.main) writeDashboards()
