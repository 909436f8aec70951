import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common'
import { runbookOf } from '../../rules/alert-facts.ts'
import type { Variable } from './panel.ts'

/** The Prometheus that is chosen above the panels. */
export const DATASOURCE: DataSourceRef = { type: 'prometheus', uid: '${datasource}' }

/**
 * Every served model and version, asleep or not: a gateway does not sleep, and it exports these gauges
 * for each of them from its start on.
 */
export const MODEL: Variable = {
  name: 'model',
  label: 'Model',
  query: 'label_values(model_feedback_samples, model_name)',
  multi: true,
}
export const VERSION: Variable = {
  name: 'version',
  label: 'Version',
  query: 'label_values(model_feedback_samples{model_name=~"$model"}, version)',
  multi: true,
}
/** Those that a pod ran of within the time range. */
export const REVISION: Variable = {
  name: 'revision',
  label: 'Revision',
  query: 'label_values(model_loaded{model_name=~"$model",version=~"$version"}, revision)',
  multi: true,
}

const queried = ({ name, label, query, multi }: Variable): Builder<VariableModel> => {
  const variable = new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    // 1 is a query for the values of a label.
    .query({ qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    // A builder, not an array.
    // oxlint-disable-next-line unicorn/no-array-sort
    .sort(VariableSort.AlphabeticalAsc)
  if (!multi) return variable
  return variable
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: 'All', value: '$__all' })
}

/** What stands above the panels of a dashboard. */
export const variablesOf = (variables: readonly Variable[]): Builder<VariableModel>[] => [
  new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'),
  ...variables.map(queried),
  new TextBoxVariableBuilder('runbook')
    .label('Runbook')
    .description('Address of the runbook where your repository is shown, for the links of panels')
    .defaultValue(runbookOf('HighErrorRate').document),
]
