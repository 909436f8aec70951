import * as bars from '@grafana/grafana-foundation-sdk/bargauge'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import * as common from '@grafana/grafana-foundation-sdk/common'
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import { runbookOf } from '../../rules/alert-facts.ts'
import type { Limit, Panel } from './panel.ts'
import { DATASOURCE } from './variables.ts'

const GOOD = 'green'
const BAD = 'red'

/** Grafana colours from a step's value on upwards; null is the lowest. */
const thresholds = (limit: Limit | undefined): Builder<dashboard.ThresholdsConfig> => {
  const steps: dashboard.Threshold[] =
    limit === undefined
      ? [{ value: null, color: GOOD }]
      : 'above' in limit
        ? [
            { value: null, color: GOOD },
            { value: limit.above, color: BAD },
          ]
        : [
            { value: null, color: BAD },
            { value: limit.below, color: GOOD },
          ]
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps)
}

const links = ({ alerts = [] }: Panel): Builder<dashboard.DashboardLink>[] =>
  alerts.map((alert) =>
    new dashboard.DashboardLinkBuilder(`Runbook: ${alert}`)
      .type(dashboard.DashboardLinkType.Link)
      .url(`\${runbook:raw}#${runbookOf(alert).heading}`)
      .targetBlank(true),
  )

const targets = ({ queries, kind }: Panel): Builder<DataqueryOf>[] =>
  queries.map(({ expr, legend, instant = false }, index) => {
    const query = new DataqueryBuilder()
      .refId(String.fromCodePoint('A'.codePointAt(0)! + index))
      .datasource(DATASOURCE)
      .expr(expr)
      .legendFormat(legend)
      .format(kind === 'heatmap' ? PromQueryFormat.Heatmap : PromQueryFormat.TimeSeries)
    return instant ? query.instant() : query.range()
  })
type DataqueryOf = ReturnType<DataqueryBuilder['build']>

const reduced = (): Builder<common.ReduceDataOptions> =>
  new common.ReduceDataOptionsBuilder().calcs(['lastNotNull'])

const linesOf = (panel: Panel): timeseries.PanelBuilder => {
  const style =
    panel.limit === undefined
      ? common.GraphThresholdsStyleMode.Off
      : common.GraphThresholdsStyleMode.Dashed
  const builder = new timeseries.PanelBuilder()
    .lineWidth(1)
    .fillOpacity(panel.kind === 'stacked' ? 30 : 5)
    .showPoints(common.VisibilityMode.Auto)
    // A function that sleeps has no samples: a line across would say that it answered.
    .spanNulls(false)
    .thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(style))
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        // A builder, not an array.
        // oxlint-disable-next-line unicorn/no-array-sort
        .sort(common.SortOrder.Descending),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom),
    )
  if (panel.kind === 'lines') return builder
  return builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal))
}

const numbersOf = (): stat.PanelBuilder =>
  new stat.PanelBuilder()
    .reduceOptions(reduced())
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.None)
    .textMode(common.BigValueTextMode.ValueAndName)

const barsOf = (): bars.PanelBuilder =>
  new bars.PanelBuilder()
    .reduceOptions(reduced())
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)

const heatmapOf = ({ unit }: Panel): heatmap.PanelBuilder =>
  new heatmap.PanelBuilder()
    // The buckets are the histogram's own.
    .calculate(false)
    .color(
      new heatmap.HeatmapColorOptionsBuilder()
        .mode(heatmap.HeatmapColorMode.Scheme)
        .scheme('Blues')
        .steps(64),
    )
    .yAxis(new heatmap.YAxisConfigBuilder().unit(unit))

const KINDS = {
  lines: { make: linesOf, height: 8 },
  stacked: { make: linesOf, height: 8 },
  numbers: { make: numbersOf, height: 4 },
  bars: { make: barsOf, height: 8 },
  heatmap: { make: heatmapOf, height: 8 },
} as const

/** A panel of Grafana's. Throws when it names an alert that there is not. */
export const toPanel = (panel: Panel, id: number): Builder<dashboard.Panel> => {
  const { make, height } = KINDS[panel.kind]
  const builder = make(panel)
    .id(id)
    .title(panel.title)
    .description(panel.description)
    .datasource(DATASOURCE)
    .unit(panel.unit)
    .height(panel.height ?? height)
    .span(panel.width)
    .thresholds(thresholds(panel.limit))
    .links(links(panel))
    .targets(targets(panel))
  for (const [name, fixedColor] of Object.entries(panel.colours ?? {})) {
    builder.overrideByName(name, [{ id: 'color', value: { mode: 'fixed', fixedColor } }])
  }
  if (panel.min !== undefined) builder.min(panel.min)
  if (panel.max !== undefined) builder.max(panel.max)
  if (panel.repeat !== undefined) builder.repeat(panel.repeat).repeatDirection('h').maxPerRow(2)
  return builder
}
