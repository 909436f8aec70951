import { ANSWERED, readServiceLevels } from '../../rules/service-levels.ts'
import type { Section } from '../grafana/panel.ts'
import { percentiles } from './percentiles.ts'
import { ASKED, BY_VERSION, mean, NAMED, OF_REVISION, quantile } from '../grafana/promql.ts'

const levels = readServiceLevels().default

/** How long callers wait, and for which step. */
export const latency: Section = {
  title: 'Latency',
  panels: [
    ...percentiles(
      BY_VERSION,
      NAMED,
      (percentage) =>
        `${percentage} of 100 predictions that reached the function were answered within this time; waking is not in it.`,
    ),
    {
      kind: 'lines',
      title: 'Latency P95 as callers see it',
      description:
        'Of answers through the gateway, with its own work and with waking. The line is the service level of most models.',
      unit: 's',
      min: 0,
      width: 8,
      limit: { above: levels.latency.seconds },
      alerts: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'],
      queries: [
        {
          expr: quantile(
            0.95,
            `api_request_duration_seconds_bucket{${ASKED},${ANSWERED}}`,
            'model_name',
          ),
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
