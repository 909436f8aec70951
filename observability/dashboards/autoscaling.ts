import { gauge, ofModel, SCALED, SCALED_REVISION, total } from './grafana/knative.ts'
import type { DashboardSource, Panel, Query, Section } from './grafana/panel.ts'
import { ACTIVE_PODS, OF_MODEL } from './grafana/promql.ts'
import { MODEL } from './grafana/variables.ts'
import { starts } from './sections/starts.ts'

const lines = (names: Record<string, { before: string; since: string }>): Panel['queries'] =>
  Object.entries(names).map(([name, metric]): Query => ({
    expr: gauge(metric),
    legend: `{{revision}} ${name}`,
  })) as [Query]

const pods: Section = {
  title: 'Pods',
  panels: [
    {
      kind: 'lines',
      title: 'Active pods',
      description:
        'Processes that hold the model loaded, of every model, whatever scales it. 0 is a function that sleeps.',
      unit: 'short',
      min: 0,
      width: 8,
      alerts: ['PodCrashLooping'],
      queries: [
        {
          expr: ACTIVE_PODS,
          legend: '{{model_name}}',
        },
      ],
    },
    {
      ...SCALED,
      min: 0,
      kind: 'lines',
      title: 'Desired and ready pods',
      description:
        'What the autoscaler wants and what it has. Long apart: no room on the nodes, or a pod that does not start.',
      unit: 'short',
      width: 8,
      queries: lines({
        desired: { before: 'autoscaler_desired_pods', since: 'kn_revision_pods_desired' },
        ready: { before: 'autoscaler_actual_pods', since: 'kn_revision_pods_count' },
      }),
    },
    {
      ...SCALED,
      min: 0,
      kind: 'lines',
      title: 'Pods on their way',
      description: 'Not ready yet, waiting for a node, or ending.',
      unit: 'short',
      width: 8,
      queries: [
        {
          expr: ofModel({
            before: 'autoscaler_not_ready_pods',
            since: 'kn_revision_pods_not_ready_count',
          }),
          legend: '{{model_name}} not ready',
        },
        {
          expr: ofModel({
            before: 'autoscaler_pending_pods',
            since: 'kn_revision_pods_pending_count',
          }),
          legend: '{{model_name}} pending',
        },
        {
          expr: ofModel({
            before: 'autoscaler_terminating_pods',
            since: 'kn_revision_pods_terminating_count',
          }),
          legend: '{{model_name}} ending',
        },
      ],
    },
  ],
}

const load: Section = {
  title: 'Load against target',
  panels: [
    {
      ...SCALED,
      min: 0,
      kind: 'lines',
      title: 'Requests at once, against the target',
      description:
        'Per pod, over the stable window. Models that scale on requests per second have a target there.',
      unit: 'short',
      width: 8,
      only: 'models that Knative scales on concurrency',
      queries: lines({
        now: {
          before: 'autoscaler_stable_request_concurrency',
          since: 'kn_revision_concurrency_stable',
        },
        target: {
          before: 'autoscaler_target_concurrency_per_pod',
          since: 'kn_revision_concurrency_target',
        },
      }),
    },
    {
      ...SCALED,
      min: 0,
      kind: 'lines',
      title: 'Requests per second, against the target',
      description: 'Per pod, over the stable window, of models that scale on it.',
      unit: 'reqps',
      width: 8,
      only: 'models that Knative scales on rps',
      queries: lines({
        now: {
          before: 'autoscaler_stable_requests_per_second',
          since: 'kn_revision_rps_stable',
        },
        target: {
          before: 'autoscaler_target_requests_per_second',
          since: 'kn_revision_rps_target',
        },
      }),
    },
    {
      kind: 'lines',
      title: 'Rows waiting',
      description:
        'Rows that wait for the model or run in it, per pod: what summarize scales on, averaged over 30 s.',
      unit: 'short',
      min: 0,
      width: 8,
      queries: [
        {
          expr: `avg by (model_name) (inference_queue_rows{${OF_MODEL}})`,
          legend: '{{model_name}}',
        },
      ],
    },
    {
      ...SCALED,
      min: 0,
      kind: 'lines',
      title: 'Panic',
      description:
        '1 while the autoscaler goes by its last seconds, because load has doubled; it removes no pod then.',
      unit: 'short',
      max: 1,
      width: 8,
      queries: [
        {
          expr: gauge({ before: 'autoscaler_panic_mode', since: 'kn_revision_panic_mode' }),
          legend: '{{revision}}',
        },
      ],
    },
    {
      ...SCALED,
      kind: 'lines',
      title: 'Spare capacity',
      description:
        'Requests more that the ready pods could take at once. Below 0 the activator stays in the way and holds what is too much.',
      unit: 'short',
      width: 8,
      queries: [
        {
          expr: gauge({
            before: 'autoscaler_excess_burst_capacity',
            since: 'kn_revision_capacity_excess',
          }),
          legend: '{{revision}}',
        },
      ],
    },
    {
      ...SCALED,
      min: 0,
      kind: 'lines',
      title: 'Held by the activator',
      description: 'Requests at once that wait there for a pod, or pass through.',
      unit: 'short',
      width: 8,
      queries: [
        {
          expr: total({
            before: 'activator_request_concurrency',
            since: 'kn_revision_request_concurrency',
          }),
          legend: '{{revision}}',
        },
      ],
    },
  ],
}

/** Whether there are as many pods as the load asks for, and what waking costs. */
export const autoscaling: DashboardSource = {
  name: 'autoscaling',
  title: 'Autoscaling',
  description: 'Pods, load against targets, the activator and cold starts.',
  variables: [MODEL, SCALED_REVISION],
  sections: [pods, load, starts],
}
