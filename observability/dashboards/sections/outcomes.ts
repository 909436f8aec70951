import type { Panel } from '../grafana/panel.ts'
import { OF_REVISION, WINDOW } from '../grafana/promql.ts'

/** Red is a fault of ours, grey the caller's own. What failed lies on the ground: above others its line would seem to be theirs while nothing fails. */
const LAYERS: readonly Readonly<Record<string, string>>[] = [
  { failed: '#F2495C', unavailable: '#C4162A' },
  { invalid: '#8E8E9A', cancelled: '#C7C7D1' },
  { success: '#73BF69' },
]

const [lowest, ...higher] = LAYERS.map((layer) => ({
  expr: `sum by (outcome) (rate(predictions_total{${OF_REVISION},outcome=~"${Object.keys(layer).join('|')}"}[${WINDOW}]))`,
  legend: '{{outcome}}',
}))

/** How predictions ended, over time. */
export const outcomes: Panel = {
  kind: 'stacked',
  title: 'Predictions by outcome',
  description: 'As the functions count them, direct calls too; each pod counts from 0.',
  unit: 'reqps',
  min: 0,
  width: 8,
  colours: Object.assign({}, ...LAYERS) as Record<string, string>,
  queries: [lowest!, ...higher],
}
