import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { ALL, type Selection } from './interpolate.ts'

const COLUMNS = 24

/** A panel with what is selected for it. */
export type Placed = { panel: Panel; selection: Selection }

/**
 * A panel that is repeated for each value of a variable becomes one for each, side by side as Grafana places
 * them; any other stays as it is. `options` are the variable's values.
 */
export const repeated = (
  panel: Panel,
  selection: Selection,
  options: Readonly<Record<string, readonly string[]>>,
): Placed[] => {
  const { repeat, maxPerRow = 4, gridPos } = panel
  if (repeat === undefined || gridPos === undefined) return [{ panel, selection }]
  const chosen = [selection[repeat] ?? ALL].flat()
  const values = chosen[0] === ALL ? (options[repeat] ?? []) : chosen
  const perRow = Math.max(1, Math.min(maxPerRow, values.length))
  const w = Math.floor(COLUMNS / perRow)
  return values.map((value, index) => {
    const x = (index % perRow) * w
    const y = gridPos.y + Math.floor(index / perRow) * gridPos.h
    return {
      panel: { ...panel, gridPos: { ...gridPos, x, y, w } },
      selection: { ...selection, [repeat]: value },
    }
  })
}
