import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { sourcesById } from '../grafana/dashboard.ts'
import type { DashboardSource, Panel as Source } from '../grafana/panel.ts'
import { JSON_FOLDER } from '../generate.ts'
import { ALL } from '../query/interpolate.ts'
import { createPrometheusClient } from '../query/prometheus-client.ts'
import { optionsOf, panelsIn, queriedIn, type View } from '../query/query-panel.ts'
import { checkPanel, selectionsOf, type Asked } from './check-panel.ts'

/** A dashboard as Grafana gets it. */
export const readDashboard = (name: string): Dashboard =>
  JSON.parse(readFileSync(path.join(JSON_FOLDER, `${name}.json`), 'utf8')) as Dashboard

export type Run = {
  /** Prometheus' address. */
  address: string
  /** Seconds between its scrapes, as its data source says. */
  scrape: number
  /** Seconds of the time range up to now. */
  seconds: number
  asked: readonly Asked[]
  /** Revisions to choose one by one. */
  revisions: readonly string[]
  /** Which panels are looked at. */
  which: (source: Source) => boolean
}

/** What was looked at, and everything that was wrong. */
export type Outcome = {
  panels: number
  expressions: number
  selections: number
  queries: number
  complaints: string[]
}

export const viewOf = ({ address, scrape, seconds }: Run, dashboard: Dashboard): View => {
  const to = Date.now() / 1_000
  const client = createPrometheusClient(address)
  // As many points as a wide screen has for a panel of full width.
  return { client, dashboard, selection: {}, from: to - seconds, to, scrape, points: 1_500 }
}

/** Asks every variable of a dashboard for its values, with All or the first value of those before it; none is a complaint. */
const checkVariables = async (view: View): Promise<string[]> => {
  const complaints: string[] = []
  const asked = queriedIn(view.dashboard)
  const selection: Record<string, string> = {}
  for (const variable of asked) {
    const options = await optionsOf({ ...view, selection }, variable)
    const where = `${view.dashboard.title ?? ''}, variable ${variable.name}`
    if (options.length === 0) complaints.push(`${where} offers nothing`)
    selection[variable.name] = variable.multi === true ? ALL : (options[0] ?? '')
  }
  return complaints
}

/** Runs every expression of a dashboard's panels for every selection, six at a time. */
export const runQueries = async (
  run: Run,
  { name, ...source }: DashboardSource,
): Promise<Outcome> => {
  const dashboard = readDashboard(name)
  const sources = sourcesById({ name, ...source })
  const panels = panelsIn(dashboard).filter(({ id }) => run.which(sources.get(id!)!))
  const selections = selectionsOf(dashboard, run.asked, run.revisions)
  const view = viewOf(run, dashboard)
  const outcome: Outcome = {
    panels: panels.length,
    expressions: panels.flatMap(({ targets = [] }) => targets).length,
    selections: selections.length,
    queries: 0,
    complaints: await checkVariables(view),
  }
  const jobs = selections.flatMap((selection) => panels.map((panel) => ({ selection, panel })))
  const work = async (): Promise<void> => {
    for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
      const { selection, panel } = job
      const from = sources.get(panel.id!)!
      const { queries, complaints } = await checkPanel(
        { ...view, selection },
        panel,
        from,
        run.asked,
      )
      outcome.queries += queries
      outcome.complaints.push(...complaints)
    }
  }
  await Promise.all(Array.from({ length: 6 }, work))
  return outcome
}
