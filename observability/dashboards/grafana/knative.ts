import type { Variable } from './panel.ts'
import { WINDOW } from './promql.ts'

/** What Knative calls a function and its revision: before 1.19, and since. */
const NAMES = {
  before: { service: 'service_name', revision: 'revision_name' },
  since: { service: 'kn_service_name', revision: 'kn_revision_name' },
} as const
type Age = keyof typeof NAMES

/** A panel of Knative's own metrics, of one revision beside the other. */
export const SCALED = { needs: 'cluster', only: 'models that Knative scales' } as const

const matchers = (age: Age, more: string): string =>
  `{${NAMES[age].service}=~"$model",${NAMES[age].revision}=~"$revision"${more}}`

/** Gives series of Knative's the labels that ours have. */
const renamed = (expression: string, age: Age): string =>
  `label_replace(label_replace(${expression},\n    "model_name", "$1", "${NAMES[age].service}", "(.+)"), "revision", "$1", "${NAMES[age].revision}", "(.+)")`

const either = (make: (age: Age) => string): string => `${make('before')}\nor\n${make('since')}`

/** Only the autoscaler that leads knows a revision; one that led before may still show it. */
const greatest = (expression: string, age: Age): string =>
  `max by (model_name, revision) (${renamed(expression, age)})`

/** A gauge of Knative's under the name that it has, of a model's revisions. */
export const gauge = (names: { before: string; since: string }): string =>
  either((age) => greatest(`${names[age]}${matchers(age, '')}`, age))

/** The same, added up over a model's revisions. */
export const ofModel = (names: { before: string; since: string }): string =>
  `sum by (model_name) (${gauge(names)})`

/** A gauge added up over the pods of a component. */
export const total = (names: { before: string; since: string }): string =>
  either(
    (age) => `sum by (model_name, revision) (${renamed(`${names[age]}${matchers(age, '')}`, age)})`,
  )

const activatorBuckets = {
  before: `activator_request_latencies_bucket${matchers('before', '')}`,
  // Named as in the queue proxies, which another job scrapes.
  since: `http_server_request_duration_seconds_bucket{component="activator"}`,
} as const

/** 95 of 100 requests through the activator took no longer, in seconds; it counted milliseconds once. */
export const activatorLatency = `histogram_quantile(0.95, sum by (model_name, revision, le) (${renamed(`rate(${activatorBuckets.before}[${WINDOW}])`, 'before')})) / 1000
or
histogram_quantile(0.95, sum by (model_name, revision, le) (${renamed(`rate(${activatorBuckets.since}[${WINDOW}])`, 'since')}))`

/** Revisions that a pod ran of, and those that the autoscaler keeps asleep. */
export const SCALED_REVISION: Variable = {
  name: 'revision',
  label: 'Revision',
  query: 'label_values(model_loaded{model_name=~"$model"}, revision)',
  multi: true,
}
