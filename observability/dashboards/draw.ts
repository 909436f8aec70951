import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { DASHBOARDS, JSON_FOLDER } from './generate.ts'
import { MODEL } from './grafana/variables.ts'
import { drawPage } from './picture/page.ts'
import { createPrometheusClient } from './query/prometheus-client.ts'
import { optionsOf, variablesIn, type View } from './query/query-panel.ts'

const RUNBOOK = path.resolve(import.meta.dirname, '../../docs/RUNBOOK.md')

export type Drawing = {
  /** Prometheus' address. */
  address: string
  /** Of the time range up to now. */
  minutes: number
  /** Seconds between its scrapes. */
  scrape: number
  /** The model of A/B, and of the others instead of all. */
  model?: string | undefined
  /** The folder of the pages. */
  out: string
}

/** There is nothing to draw of a model of this name. */
export class UnknownModelError extends Error {}

/** The runbook as a page in this folder, which exists, links to it. */
const runbookFrom = (folder: string): string =>
  path.relative(realpathSync(folder), RUNBOOK).split(path.sep).map(encodeURIComponent).join('/')

const checkModel = async (view: View, { address, model, minutes }: Drawing): Promise<void> => {
  if (model === undefined) return
  const variable = variablesIn(view.dashboard).find(({ name }) => name === MODEL.name)!
  const models = await optionsOf({ ...view, selection: {} }, variable)
  if (models.includes(model)) return
  throw new UnknownModelError(
    `${address} has no model ${model} in the last ${minutes} minutes; it has ${models.join(', ') || 'none at all'}.`,
  )
}

/** Writes a page for each dashboard and gives its file. Throws PrometheusError and UnknownModelError. */
export const drawDashboards = async function* (drawing: Drawing): AsyncGenerator<string> {
  const { address, minutes, scrape, model, out } = drawing
  const client = createPrometheusClient(address)
  const to = Date.now() / 1_000
  const from = to - minutes * 60
  const selection = model === undefined ? {} : { model }
  const viewOf = (name: string): View => {
    const text = readFileSync(path.join(JSON_FOLDER, `${name}.json`), 'utf8')
    const dashboard = JSON.parse(text) as Dashboard
    return { client, dashboard, selection, from, to, scrape, points: 1_500 }
  }
  // All of them choose among the same models.
  await checkModel(viewOf(DASHBOARDS[0]!.name), drawing)
  mkdirSync(out, { recursive: true })
  const runbook = runbookFrom(out)
  for (const { name } of DASHBOARDS) {
    const file = path.join(out, `${name}.html`)
    writeFileSync(file, await drawPage({ ...viewOf(name), runbook }))
    yield file
  }
}
