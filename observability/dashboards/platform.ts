import { PREDICT_ENDPOINT } from '../metrics.ts'
import { thresholdOf } from '../rules/alert-facts.ts'
import type { DashboardSource, Section } from './grafana/panel.ts'
import { byProcess, OF_MODEL, WINDOW } from './grafana/promql.ts'
import { MODEL } from './grafana/variables.ts'
import { log } from './sections/log.ts'

const state: Section = {
  title: 'Now',
  panels: [
    {
      kind: 'numbers',
      title: 'Alerts that fire',
      description: 'Which ones: below, and in Alertmanager.',
      unit: 'short',
      width: 4,
      limit: { above: 1 },
      queries: [
        {
          expr: 'count(ALERTS{alertstate="firing"}) or vector(0)',
          legend: 'firing',
          instant: true,
        },
      ],
    },
    {
      kind: 'numbers',
      title: 'Gateways',
      description: 'Processes that answer at /api/v1.',
      unit: 'short',
      width: 4,
      limit: { below: 1 },
      alerts: ['GatewayAway'],
      queries: [
        {
          expr: `count(count by (namespace, pod, instance) (api_requests_total{endpoint="${PREDICT_ENDPOINT}"})) or vector(0)`,
          legend: 'there',
          instant: true,
        },
      ],
    },
    {
      kind: 'numbers',
      title: 'Database',
      description: '1 when the latest write or probe of every process reached it.',
      unit: 'short',
      width: 4,
      limit: { below: 1 },
      alerts: ['DatabaseAway'],
      queries: [{ expr: 'min(database_up)', legend: 'reached', instant: true }],
    },
    {
      kind: 'numbers',
      title: 'Processes that answer scrapes',
      description: 'Share of what Prometheus looks for.',
      unit: 'percentunit',
      width: 8,
      limit: { below: 1 },
      alerts: ['TargetDown'],
      queries: [{ expr: 'avg by (job) (up)', legend: '{{job}}', instant: true }],
    },
    {
      kind: 'numbers',
      title: 'Rows lost',
      description: 'Rows of the prediction log that were dropped or refused within the time range.',
      unit: 'short',
      width: 4,
      limit: { above: 1 },
      alerts: ['PredictionsLost'],
      queries: [
        {
          expr: 'sum by (event) (increase(prediction_records_total{event=~"dropped|refused"}[$__range]))',
          legend: '{{event}}',
          instant: true,
        },
      ],
    },
    {
      kind: 'stacked',
      title: 'Alerts',
      description: 'Pending and firing ones at each moment. Empty is good.',
      unit: 'short',
      min: 0,
      width: 24,
      height: 6,
      queries: [
        {
          expr: 'count by (alertname, alertstate) (ALERTS)',
          legend: '{{alertname}} {{alertstate}}',
        },
      ],
    },
  ],
}

const LEVEL = '{{model_name}} {{service_level}}'

const levels: Section = {
  title: 'Service levels',
  panels: [
    {
      kind: 'bars',
      title: 'Error budget left',
      description:
        'Of the budget of the last seven days; overspent below 0. A model with too few requests has none.',
      unit: 'percentunit',
      max: 1,
      width: 8,
      limit: { below: 0 },
      alerts: ['ErrorBudgetBurnSlow'],
      queries: [
        {
          expr: `model:error_budget_remaining:ratio{${OF_MODEL}}`,
          legend: LEVEL,
          instant: true,
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Burn rate over an hour',
      description:
        'How many times too fast the budget is spent. The alert looks at five minutes, too.',
      unit: 'short',
      min: 0,
      width: 8,
      limit: { above: thresholdOf('ErrorBudgetBurnFast') },
      alerts: ['ErrorBudgetBurnFast'],
      queries: [{ expr: `model:burn_rate:1h{${OF_MODEL}}`, legend: LEVEL }],
    },
    {
      kind: 'lines',
      title: 'Burn rate over a day',
      description: 'The same for what goes on slowly. The alert looks at two hours, too.',
      unit: 'short',
      min: 0,
      width: 8,
      limit: { above: thresholdOf('ErrorBudgetBurnSlow') },
      alerts: ['ErrorBudgetBurnSlow'],
      queries: [{ expr: `model:burn_rate:1d{${OF_MODEL}}`, legend: LEVEL }],
    },
  ],
}

const api: Section = {
  title: 'The API',
  panels: [
    {
      kind: 'stacked',
      title: 'Requests by endpoint',
      description: 'To the gateway, of every model and of none.',
      unit: 'reqps',
      min: 0,
      width: 8,
      queries: [
        {
          expr: `sum by (endpoint) (rate(api_requests_total[${WINDOW}]))`,
          legend: '{{endpoint}}',
        },
      ],
    },
    {
      kind: 'stacked',
      title: 'Errors by endpoint and status',
      description: 'Answered with 4xx or 5xx; a 503 on the history is the database.',
      unit: 'reqps',
      min: 0,
      width: 8,
      alerts: ['HighErrorRate'],
      queries: [
        {
          expr: `sum by (endpoint, status) (rate(api_errors_total[${WINDOW}])) > 0`,
          legend: '{{status}} {{endpoint}}',
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Requests in flight',
      description: 'Requests to the gateway that are being answered.',
      unit: 'short',
      min: 0,
      width: 8,
      queries: [{ expr: 'sum by (endpoint) (api_requests_in_flight)', legend: '{{endpoint}}' }],
    },
  ],
}

const processes: Section = {
  title: 'Processes',
  panels: (
    [
      [
        'Event loop lag, P99',
        'How late timers ran: a model that runs on the event loop holds up all else.',
        's',
        'nodejs_eventloop_lag_p99_seconds',
      ],
      [
        'Heap',
        'JavaScript objects in use; it falls with each collection.',
        'bytes',
        'nodejs_heap_size_used_bytes',
      ],
      [
        'Resident memory',
        'The whole process, its models included.',
        'bytes',
        'process_resident_memory_bytes and on (instance) nodejs_version_info',
      ],
      [
        'Processors',
        'Processor seconds per second.',
        'short',
        `rate(process_cpu_seconds_total[${WINDOW}]) and on (instance) nodejs_version_info`,
      ],
    ] as const
  ).map(([title, description, unit, expression]) => ({
    kind: 'lines',
    title,
    description,
    unit,
    min: 0,
    width: 12,
    ...(title === 'Processors' && { alerts: ['PodCrashLooping'] }),
    queries: [{ expr: byProcess(expression), legend: '{{process}}' }],
  })),
}

/** Whether what carries the models is well. */
export const platform: DashboardSource = {
  name: 'platform',
  title: 'Platform',
  description: 'Alerts, service levels, the API, the prediction log, the database and processes.',
  variables: [MODEL],
  sections: [state, levels, api, log, processes],
}
