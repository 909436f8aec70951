import { readServiceLevels } from '../../rules/service-levels.ts'
import { thresholdOf } from '../grafana/alerts.ts'
import type { Panel, Section } from '../grafana/panel.ts'
import { ASKED, BY_VERSION, mean, NAMED, OF_REVISION, quantile } from '../grafana/promql.ts'

const levels = readServiceLevels().default

/** Refused before it reached the model is quick, and would hide what is slow. */
const taken = `prediction_duration_seconds_bucket{${OF_REVISION},outcome!="invalid"}`

const percentiles = [0.5, 0.95, 0.99].map((share): Panel => ({
  kind: 'lines',
  title: `Latency P${share * 100}`,
  description: `${share * 100} of 100 predictions that reached the function were answered within this time; waking is not in it.`,
  unit: 's',
  min: 0,
  width: 8,
  ...(share === 0.95 && {
    limit: { above: thresholdOf('HighLatency') },
    alerts: ['HighLatency'],
  }),
  queries: [{ expr: quantile(share, taken, BY_VERSION), legend: NAMED }],
}))

/** How long callers wait, and for which step. */
export const latency: Section = {
  title: 'Latency',
  panels: [
    ...percentiles,
    {
      kind: 'lines',
      title: 'Latency P95 as callers see it',
      description:
        'Through the gateway, with its own work and with waking. The line is the service level of most models.',
      unit: 's',
      min: 0,
      width: 8,
      limit: { above: levels.latency.seconds },
      alerts: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'],
      queries: [
        {
          expr: quantile(0.95, `api_request_duration_seconds_bucket{${ASKED}}`, 'model_name'),
          legend: '{{model_name}}',
        },
      ],
    },
    {
      kind: 'stacked',
      title: 'Steps of a prediction',
      description:
        'Mean time of each step. A long queue asks for pods, a long infer for processor.',
      unit: 's',
      min: 0,
      width: 8,
      alerts: ['HighLatency'],
      queries: [
        {
          expr: mean('prediction_phase_seconds', OF_REVISION, 'phase'),
          legend: '{{phase}}',
        },
      ],
    },
    {
      kind: 'lines',
      title: 'In the model, P95',
      description: 'Time of a run of the model alone.',
      unit: 's',
      min: 0,
      width: 8,
      queries: [
        {
          expr: quantile(0.95, `inference_latency_seconds_bucket{${OF_REVISION}}`, BY_VERSION),
          legend: NAMED,
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Rows waiting',
      description:
        'Rows that wait for the model or run in it. It never falls when pods are missing.',
      unit: 'short',
      min: 0,
      width: 8,
      queries: [
        {
          expr: `sum by (${BY_VERSION}) (inference_queue_rows{${OF_REVISION}})`,
          legend: NAMED,
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Rows in one run',
      description: 'Mean rows that the batcher gave the model at once; more means busier.',
      unit: 'short',
      min: 0,
      width: 8,
      queries: [{ expr: mean('inference_batch_rows', OF_REVISION, BY_VERSION), legend: NAMED }],
    },
    {
      kind: 'lines',
      title: 'In flight',
      description: 'Predictions that are being answered.',
      unit: 'short',
      min: 0,
      width: 8,
      queries: [
        {
          expr: `sum by (${BY_VERSION}) (predictions_in_flight{${OF_REVISION}})`,
          legend: NAMED,
        },
      ],
    },
  ],
}
