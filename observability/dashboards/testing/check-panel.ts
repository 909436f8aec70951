import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Only, Panel as Source } from '../grafana/panel.ts'
import { ALL, type Selection } from '../query/interpolate.ts'
import type { Series } from '../query/prometheus-client.ts'
import { queryPanel, type View } from '../query/query-panel.ts'
import { repeated } from '../query/repeat.ts'
import { unknownIn } from '../../testing/metric-names.ts'

/** A version that was asked, and what panels can say of its model. */
export type Asked = { model: string; version: string; facts: ReadonlySet<Only> }

/** What a check looked at: queries that were sent, and what was wrong with what came back. */
export type Checked = { queries: number; complaints: string[] }

const includes = (chosen: string | readonly string[] | undefined, value: string): boolean =>
  chosen === undefined || [chosen].flat().some((one) => one === ALL || one === value)

const hasFinite = ({ points }: Series): boolean =>
  points.some(([, value]) => Number.isFinite(value))

/** What a target's answer lacks: a finite sample, of each selected model and version where it tells them apart. */
const lackingIn = (series: readonly Series[], expected: readonly Asked[]): string[] => {
  const finite = series.filter(hasFinite)
  if (finite.length === 0) return ['any finite sample']
  const has = (labels: Record<string, string>): boolean =>
    finite.some((one) => Object.entries(labels).every(([name, is]) => one.labels[name] === is))
  const tells = (label: string): boolean => series.some(({ labels }) => label in labels)
  if (!tells('model_name')) return []
  return expected
    .map(({ model, version }) => ({
      model_name: model,
      ...(tells('version') && { version }),
    }))
    .filter((labels) => !has(labels))
    .map((labels) => Object.values(labels).join(' '))
}

/**
 * Runs every expression of a panel for one selection and says what is missing: a name that nobody exports, a
 * refused query, a selected model without a finite sample. `asked` are the versions that had traffic.
 */
export const checkPanel = async (
  view: View,
  panel: Panel,
  source: Pick<Source, 'only'>,
  asked: readonly Asked[],
): Promise<Checked> => {
  const versions = [...new Set(asked.map(({ version }) => version))]
  const checked: Checked = { queries: 0, complaints: [] }
  for (const { panel: one, selection } of repeated(panel, view.selection, { version: versions })) {
    const selected = asked.filter(
      ({ model, version }) =>
        includes(selection['model'], model) && includes(selection['version'], version),
    )
    const able = selected.filter(({ facts }) => source.only === undefined || facts.has(source.only))
    // Nothing selected can show anything here.
    if (able.length === 0) continue
    const where = `${titleOf(view.dashboard)}, ${one.title}, ${JSON.stringify(selection)}`
    try {
      for (const { expression, series } of await queryPanel({ ...view, selection }, one)) {
        checked.queries += 1
        const unknown = unknownIn(expression).map((name) => `nobody exports ${name}`)
        const lacking = lackingIn(series, able).map((what) => `lacks ${what}`)
        const wrong = [...unknown, ...lacking]
        if (wrong.length > 0)
          checked.complaints.push(`${where}: ${wrong.join(', ')}\n${expression}`)
      }
    } catch (thrown) {
      checked.complaints.push(`${where}: ${(thrown as Error).message}`)
    }
  }
  return checked
}

const titleOf = ({ title }: Dashboard): string => title ?? ''

/** What is chosen above a dashboard's panels, one case after the other: All, one value, several, every one by name. */
export const selectionsOf = (
  dashboard: Dashboard,
  asked: readonly Asked[],
  revisions: readonly string[],
): Selection[] => {
  const { list = [] } = dashboard.templating
  const variables = new Set(list.map(({ name }) => name))
  const isMulti = list.find(({ name }) => name === 'model')?.multi === true
  const models = [...new Set(asked.map(({ model }) => model))]
  const busiest = models.find((model) => asked.filter((one) => one.model === model).length > 1)!
  const versions = asked.filter(({ model }) => model === busiest).map(({ version }) => version)
  const all = { model: isMulti ? ALL : busiest, version: ALL, revision: ALL }
  const cases = [
    all,
    ...models.map((model) => ({ ...all, model })),
    ...(isMulti
      ? [
          { ...all, model: models.slice(0, 2) },
          { ...all, model: models },
        ]
      : []),
    ...versions.map((version) => ({ ...all, model: busiest, version })),
    { ...all, model: busiest, version: versions },
    ...(revisions.length > 0 ? [{ ...all, revision: [...revisions] }] : []),
    // One of several revisions would have samples of its own model alone.
    ...(revisions.length === 1 ? [{ ...all, revision: revisions[0]! }] : []),
  ]
  // A dashboard without one of the variables would see the same twice.
  const known = cases.map((one) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => variables.has(name))),
  )
  return [...new Map(known.map((one) => [JSON.stringify(one), one])).values()]
}
