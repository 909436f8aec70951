import { thresholdOf } from '../../rules/alert-facts.ts'
import { activatorLatency, SCALED } from '../grafana/knative.ts'
import type { Section } from '../grafana/panel.ts'
import { byProcess, OF_MODEL } from '../grafana/promql.ts'

/** What waking costs, and how often it happens. */
export const starts: Section = {
  title: 'Cold starts',
  panels: [
    {
      ...SCALED,
      min: 0,
      kind: 'lines',
      title: 'Through the activator, P95',
      description:
        'What callers waited whose request went through the activator, waking included. A revision shows from its second wake on.',
      unit: 's',
      width: 8,
      only: 'models that the activator stays before',
      queries: [{ expr: activatorLatency, legend: '{{revision}}' }],
    },
    {
      kind: 'stacked',
      title: 'Start of a process by phase',
      description: 'Mean over the processes that are awake, from their start to their open port.',
      unit: 's',
      min: 0,
      width: 8,
      alerts: ['ModelSlowToWake'],
      queries: [
        {
          expr: `avg by (phase) (start_phase_seconds\n  and on (namespace, pod, instance) model_loaded{${OF_MODEL}})`,
          legend: '{{phase}}',
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Start of each process',
      description: 'All phases together. The alert looks at processes younger than ten minutes.',
      unit: 's',
      min: 0,
      width: 8,
      limit: { above: thresholdOf('ModelSlowToWake') },
      alerts: ['ModelSlowToWake'],
      queries: [
        {
          expr: byProcess(
            `sum without (phase) (start_phase_seconds)\n  and on (namespace, pod, instance) model_loaded{${OF_MODEL}}`,
          ),
          legend: '{{process}}',
        },
      ],
    },
    {
      kind: 'numbers',
      title: 'Processes within the time range',
      description:
        'How many different processes served a model: each beyond the first was a start.',
      unit: 'short',
      width: 24,
      queries: [
        {
          expr: `count by (model_name) (count by (model_name, namespace, pod, instance) (last_over_time(model_loaded{${OF_MODEL}}[$__range])))`,
          legend: '{{model_name}}',
          instant: true,
        },
      ],
    },
  ],
}
