import * as sdk from '@grafana/grafana-foundation-sdk/dashboard'
import { toPanel } from './panels.ts'
import type { DashboardSource, Panel } from './panel.ts'
import { variablesOf } from './variables.ts'

/** All of them carry it, and each links to the others by it. */
const TAG = 'inlet'

/** A dashboard as Grafana reads it; ids of panels count from 1 in their order. */
export const toDashboard = (source: DashboardSource): sdk.Dashboard => {
  const { name, title, description, variables, sections } = source
  const builder = new sdk.DashboardBuilder(`Inlet: ${title}`)
    .uid(`inlet-${name}`)
    .description(description)
    .tags([TAG])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .tooltip(sdk.DashboardCursorSync.Crosshair)
    .variables(variablesOf(variables))
    .link(
      new sdk.DashboardLinkBuilder('Inlet')
        .type(sdk.DashboardLinkType.Dashboards)
        .tags([TAG])
        .includeVars(true)
        .keepTime(true),
    )
  let id = 0
  for (const section of sections) {
    builder.withRow(new sdk.RowBuilder(section.title).id((id += 1)))
    for (const panel of section.panels) builder.withPanel(toPanel(panel, (id += 1)))
  }
  return builder.build()
}

/** The source of each panel by the id that it has on the dashboard. */
export const sourcesById = ({ sections }: DashboardSource): ReadonlyMap<number, Panel> =>
  // A heading has an id of its own.
  new Map(
    sections
      .flatMap(({ panels }) => [null, ...panels])
      .flatMap((panel, index) => (panel === null ? [] : [[index + 1, panel] as const])),
  )
