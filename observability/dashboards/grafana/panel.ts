/** One expression of a panel. */
export type Query = {
  expr: string
  /** What the series is called: `{{label}}` stands for the value of a label. */
  legend: string
  /** Asked for the end of the time range alone. */
  instant?: boolean
}

/** The side of a number on which somebody should look. */
export type Limit = { above: number } | { below: number }

/** Models that a panel can speak of, where it is not all of them. */
export type Only =
  | 'models with confidence'
  | 'models that Knative scales'
  | 'models that Knative scales on concurrency'
  | 'models that Knative scales on rps'
  | 'models that the activator stays before'

export type Panel = {
  kind: 'lines' | 'stacked' | 'numbers' | 'bars' | 'heatmap'
  title: string
  /** What it shows and what to make of it, in a sentence or two. */
  description: string
  /** An id of Grafana's units. */
  unit: string
  queries: readonly [Query, ...Query[]]
  /** Of 24 columns. */
  width: number
  /** Rows of some 30 pixels; by its kind when absent. */
  height?: number
  /** Alerts that watch what it shows: their headings in the runbook are linked. */
  alerts?: readonly string[]
  /** Drawn as a line, or as the colour of a number. */
  limit?: Limit
  /** Of the series of these names; the others have Grafana's own. */
  colours?: Readonly<Record<string, string>>
  /** A least and a greatest value of the axis. */
  min?: number
  max?: number
  /** Drawn once for each selected value of this variable, side by side. */
  repeat?: string
  /** What only a cluster has, Knative's metrics above all: asked for there and not in a process of its own. */
  needs?: 'cluster'
  /** Which of the selected models it can speak of; all of them when absent. */
  only?: Only
}

/** Panels below a heading, laid out from left to right and wrapped at 24 columns. */
export type Section = { title: string; panels: readonly Panel[] }

export type Variable = {
  name: string
  label: string
  /** `label_values(metric, label)`. */
  query: string
  /** Several values, or All. */
  multi: boolean
}

export type DashboardSource = {
  /** The name of its file. */
  name: string
  title: string
  description: string
  variables: readonly Variable[]
  sections: readonly Section[]
}
