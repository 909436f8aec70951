import { thresholdOf } from '../../rules/alert-facts.ts'
import type { Panel, Section } from '../grafana/panel.ts'
import {
  ASKED,
  BY_VERSION,
  NAMED,
  OF_MODEL,
  OF_REVISION,
  ratio,
  WINDOW,
} from '../grafana/promql.ts'
import { outcomes } from './outcomes.ts'

/** What is asked for, and what of it fails. */
export const traffic: Section = {
  title: 'Traffic and errors',
  panels: [
    {
      kind: 'lines',
      title: 'Predictions asked for, per second',
      description: 'Requests through the gateway, which counts on while a function sleeps.',
      unit: 'reqps',
      min: 0,
      width: 8,
      queries: [
        {
          expr: `sum by (model_name) (rate(api_requests_total{${ASKED}}[${WINDOW}]))`,
          legend: '{{model_name}}',
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Errors per second',
      description:
        'Requests to the gateway that were answered with 5xx. The alert looks at five minutes of it.',
      unit: 'reqps',
      min: 0,
      width: 8,
      limit: { above: thresholdOf('HighErrorRate') },
      alerts: ['HighErrorRate'],
      queries: [
        {
          expr: `sum by (model_name) (rate(api_errors_total{${OF_MODEL},status=~"5.."}[${WINDOW}]))`,
          legend: '{{model_name}}',
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Error rate',
      description:
        'Share of predictions asked of the gateway that were answered with 4xx (the caller has to mend them) or 5xx (we have to).',
      unit: 'percentunit',
      min: 0,
      width: 8,
      queries: (['4', '5'] as const).map((digit) => ({
        expr: ratio(
          `sum by (model_name) (rate(api_requests_total{${ASKED},status=~"${digit}.."}[${WINDOW}]))`,
          `sum by (model_name) (rate(api_requests_total{${ASKED}}[${WINDOW}]))`,
        ),
        legend: `{{model_name}} ${digit}xx`,
      })) as [Panel['queries'][0], Panel['queries'][0]],
    },
    outcomes,
    {
      kind: 'stacked',
      title: 'Errors by code',
      description:
        'Predictions that a function answered with an error, by the code in the answer. Empty is good.',
      unit: 'reqps',
      min: 0,
      width: 8,
      queries: [
        {
          expr: `sum by (model_name, code) (rate(prediction_errors_total{${OF_REVISION}}[${WINDOW}])) > 0`,
          legend: '{{model_name}} {{code}}',
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Loaded',
      description:
        'Share of the awake processes of a version that hold its model; the others answer 503. No line is a function that sleeps.',
      unit: 'percentunit',
      min: 0,
      max: 1,
      width: 8,
      alerts: ['ModelNotLoaded'],
      queries: [
        {
          expr: `avg by (${BY_VERSION}) (model_loaded{${OF_REVISION}})`,
          legend: NAMED,
        },
      ],
    },
  ],
}
