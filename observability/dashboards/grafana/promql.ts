import { PREDICT_ENDPOINT } from '../../metrics.ts'

/** Matchers of what is selected above the panels. */
export const OF_MODEL = 'model_name=~"$model"'
export const OF_VERSION = `${OF_MODEL},version=~"$version"`
export const OF_REVISION = `${OF_VERSION},revision=~"$revision"`

/** Predictions through the gateway, which does not sleep. */
export const ASKED = `endpoint="${PREDICT_ENDPOINT}",${OF_MODEL}`

/** The window of every rate: it grows with the time range, and always holds some scrapes. */
export const WINDOW = '$__rate_interval'

/** Labels that tell versions apart, and how their series are called. */
export const BY_VERSION = 'model_name, version'
export const NAMED = '{{model_name}} {{version}}'

/** A quantile of a histogram's buckets; `by` are labels beside `le`. */
export const quantile = (share: number, bucket: string, by: string): string =>
  `histogram_quantile(${share}, sum by (${by}, le) (rate(${bucket}[${WINDOW}])))`

/** One expression in parts of another; none where that is nothing. */
export const ratio = (part: string, whole: string): string => `${part}\n  / (${whole} > 0)`

/** The mean of what a histogram saw; none where it saw nothing. */
export const mean = (name: string, matchers: string, by: string): string => {
  const sumOf = (part: string): string =>
    `sum by (${by}) (rate(${name}_${part}{${matchers}}[${WINDOW}]))`
  return ratio(sumOf('sum'), sumOf('count'))
}

/** Of what a process says of itself, the processes that serve a selected model. */
export const serving = (expression: string): string =>
  `${expression}\n  and on (namespace, pod, instance) model_loaded{${OF_REVISION}}`

/** Gives a series the label `process`: its pod, and without Kubernetes its address. */
export const byProcess = (expression: string): string =>
  `label_replace(label_replace(${expression},\n  "process", "$1", "instance", "(.+)"), "process", "$1", "pod", "(.+)")`

/** Processes that hold a model loaded, 0 where none does: a gateway knows the models that sleep. */
export const ACTIVE_PODS = `count by (model_name) (count by (model_name, namespace, pod, instance) (model_loaded{${OF_MODEL}} == 1))\n  or 0 * max by (model_name) (model_feedback_samples{${OF_MODEL}})`
