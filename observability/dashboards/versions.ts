import { readServiceLevels } from '../rules/service-levels.ts'
import { thresholdOf } from '../rules/alert-facts.ts'
import type { DashboardSource, Query, Section } from './grafana/panel.ts'
import {
  mean,
  OF_MODEL,
  OF_REVISION,
  OF_VERSION,
  quantile,
  ratio,
  WINDOW,
} from './grafana/promql.ts'
import { MODEL, REVISION, VERSION } from './grafana/variables.ts'
import { percentiles, TAKEN } from './sections/percentiles.ts'
import { calibration } from './sections/quality.ts'

const { objective } = readServiceLevels().default.availability
const BY = 'model_name, version, revision'
const LEGEND = '{{version}} {{revision}}'
const PER_VERSION = 'model_name, version'

/** Ended by a fault of ours. */
const FAILED = 'outcome=~"failed|unavailable"'

const counted = (matchers: string): string =>
  `sum by (${BY}) (increase(predictions_total{${matchers}}[$__range]))`

/** By the prediction log, which knows direct calls too and does not forget while a function sleeps. */
const logged = `max by (${PER_VERSION}) (increase(prediction_log_rows_total{${OF_VERSION}}[$__range]))`

const line = (expr: string, legend = LEGEND): [Query] => [{ expr, legend }]
const number = (expr: string, legend = LEGEND): [Query] => [{ expr, legend, instant: true }]

const numbers: Section = {
  title: 'Side by side, over the time range',
  panels: [
    {
      kind: 'numbers',
      title: 'Share of traffic',
      description: 'Of the predictions in the log, direct calls too.',
      unit: 'percentunit',
      width: 12,
      queries: number(
        `${logged}\n  / on (model_name) group_left () (sum by (model_name) (${logged}) > 0)`,
        '{{version}}',
      ),
    },
    {
      kind: 'numbers',
      title: 'Failed',
      description:
        'Share of predictions that failed or found no model. Red above what the service level allows.',
      unit: 'percentunit',
      width: 12,
      limit: { above: Number((1 - objective).toPrecision(6)) },
      queries: number(ratio(counted(`${OF_REVISION},${FAILED}`), counted(OF_REVISION))),
    },
    {
      kind: 'numbers',
      title: 'Latency P95',
      description: 'Of predictions that reached the model, waking not included.',
      unit: 's',
      width: 12,
      limit: { above: thresholdOf('HighLatency') },
      alerts: ['HighLatency'],
      queries: number(quantile(0.95, TAKEN, BY).replace(WINDOW, '$__range')),
    },
    {
      kind: 'numbers',
      title: 'Right by feedback',
      description: 'Share of right answers by the feedback on predictions of the last seven days.',
      unit: 'percentunit',
      width: 12,
      alerts: ['VersionAccuracySkew'],
      queries: number(
        `max by (${PER_VERSION}) (model_feedback_accuracy{${OF_VERSION}})`,
        '{{version}}',
      ),
    },
  ],
}

const serving: Section = {
  title: 'Traffic, errors and latency',
  panels: [
    {
      kind: 'stacked',
      title: 'Predictions per second',
      description:
        'How traffic is split between processes that are awake; a promotion or a rollback shows here.',
      unit: 'reqps',
      min: 0,
      width: 12,
      queries: line(`sum by (${BY}) (rate(predictions_total{${OF_REVISION}}[${WINDOW}]))`),
    },
    {
      kind: 'lines',
      title: 'Failed per second',
      description: 'Predictions that failed or found no model: a fault of ours, not of the caller.',
      unit: 'reqps',
      min: 0,
      width: 12,
      queries: line(
        `sum by (${BY}) (rate(predictions_total{${OF_REVISION},${FAILED}}[${WINDOW}]))`,
      ),
    },
    ...percentiles(
      BY,
      LEGEND,
      (percentage) =>
        `${percentage} of 100 predictions that reached the model were answered within this time.`,
    ),
  ],
}

const answers: Section = {
  title: 'Answers',
  panels: [
    {
      kind: 'lines',
      title: 'Mean confidence',
      description: 'More is not better by itself: hold it against the accuracy.',
      unit: 'percentunit',
      max: 1,
      width: 16,
      only: 'models with confidence',
      queries: line(mean('model_confidence', OF_REVISION, BY)),
    },
    calibration,
    {
      kind: 'heatmap',
      title: 'Confidence of $version',
      description: 'How many predictions of each moment were how sure.',
      unit: 'short',
      width: 24,
      repeat: 'version',
      only: 'models with confidence',
      queries: line(
        `sum by (le) (increase(model_confidence_bucket{${OF_REVISION}}[${WINDOW}]))`,
        '{{le}}',
      ),
    },
    {
      kind: 'lines',
      title: 'Right by feedback',
      description: 'Share of right answers by the feedback on the last seven days, at each moment.',
      unit: 'percentunit',
      max: 1,
      width: 8,
      queries: line(
        `max by (${PER_VERSION}) (model_feedback_accuracy{${OF_VERSION}})`,
        '{{version}}',
      ),
    },
    {
      kind: 'lines',
      title: 'Behind the best version',
      description:
        'By how much a version is right less often than the best one of its model, whichever are selected. The alert waits for enough feedback on both.',
      unit: 'percentunit',
      min: 0,
      width: 8,
      limit: { above: thresholdOf('VersionAccuracySkew') },
      alerts: ['VersionAccuracySkew'],
      queries: line(
        `max by (model_name) (model_feedback_accuracy{${OF_MODEL}})\n  - on (model_name) group_right () max by (${PER_VERSION}) (model_feedback_accuracy{${OF_VERSION}})`,
        '{{version}}',
      ),
    },
    {
      kind: 'lines',
      title: 'Largest drift',
      description:
        'Population stability index of the feature that moved most; versions see the same inputs, so that a difference is in the answers.',
      unit: 'short',
      min: 0,
      width: 8,
      limit: { above: thresholdOf('ModelDrift') },
      alerts: ['ModelDrift'],
      queries: line(`max by (${PER_VERSION}) (model_drift_score{${OF_VERSION}})`, '{{version}}'),
    },
  ],
}

/** Which version of a model is better. */
export const versions: DashboardSource = {
  name: 'versions',
  title: 'A/B',
  description: 'The versions and revisions of one model side by side.',
  variables: [{ ...MODEL, multi: false }, VERSION, REVISION],
  sections: [numbers, serving, answers],
}
