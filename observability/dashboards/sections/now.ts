import { COUNTED, FAILED, readServiceLevels } from '../../rules/service-levels.ts'
import type { Section } from '../grafana/panel.ts'
import { ACTIVE_PODS, ASKED, BY_VERSION, NAMED, OF_REVISION, ratio } from '../grafana/promql.ts'

const levels = readServiceLevels().default

/** How often each model was asked within the time range, with answers of these statuses. */
const asked = (...statuses: string[]): string =>
  `sum by (model_name) (increase(api_requests_total{${[ASKED, ...statuses].join(',')}}[$__range]))`

/** The state of each model in a line of numbers. */
export const now: Section = {
  title: 'Now',
  panels: [
    {
      kind: 'numbers',
      title: 'Predictions asked for',
      description: 'Requests through the gateway within the time range, however they ended.',
      unit: 'short',
      width: 12,
      queries: [
        {
          // Prometheus reckons to the ends of the range, and nobody asks a third of a time.
          expr: `round(${asked()})`,
          legend: '{{model_name}}',
          instant: true,
        },
      ],
    },
    {
      kind: 'numbers',
      title: 'Availability',
      description:
        'Share of predictions asked of the gateway, within the time range, that were not answered with 5xx; those with 4xx do not count. Red below the service level.',
      unit: 'percentunit',
      width: 12,
      limit: { below: levels.availability.objective },
      alerts: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'],
      queries: [
        {
          expr: `1 - ${ratio(asked(FAILED), asked(COUNTED))}`,
          legend: '{{model_name}}',
          instant: true,
        },
      ],
    },
    {
      kind: 'numbers',
      title: 'Active pods',
      description:
        'Processes that hold the model loaded: pods, on Knative. 0 is a function that sleeps, which is no fault.',
      unit: 'short',
      width: 12,
      alerts: ['ModelNotLoaded'],
      queries: [
        {
          expr: ACTIVE_PODS,
          legend: '{{model_name}}',
          instant: true,
        },
      ],
    },
    {
      kind: 'numbers',
      title: 'Confidence now',
      description:
        'Lowest confidence of the latest prediction, averaged over pods. Models whose answers carry none are not here.',
      unit: 'percentunit',
      width: 12,
      only: 'models with confidence',
      queries: [
        {
          expr: `avg by (${BY_VERSION}) (model_confidence_score{${OF_REVISION}})`,
          legend: NAMED,
          instant: true,
        },
      ],
    },
  ],
}
