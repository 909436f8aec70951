/** A metric of somebody else's that rules, dashboards or documents may ask for. */
export type ForeignMetric = {
  name: string
  kind: 'counter' | 'gauge' | 'histogram'
  description: string
}

const all = (kind: ForeignMetric['kind'], metrics: Record<string, string>): ForeignMetric[] =>
  Object.entries(metrics).map(([name, description]) => ({ name, kind, description }))

/** Of Prometheus itself. */
export const PROMETHEUS: readonly ForeignMetric[] = all('gauge', {
  up: '1 when the latest scrape of a process succeeded, 0 when it failed; none of a pod that is gone',
  ALERTS: 'Alerts that are pending or firing',
  ALERTS_FOR_STATE: 'When each alert became active, in seconds since 1970',
})

/** Knative Serving 1.15, the same up to 1.18 (OpenCensus): times in milliseconds. */
export const KNATIVE_OPENCENSUS: readonly ForeignMetric[] = [
  ...all('counter', {
    revision_request_count: 'Requests to the proxy in a pod',
    revision_app_request_count: 'Requests from that proxy to the function',
    activator_request_count: 'Requests that went through the activator',
  }),
  ...all('histogram', {
    revision_request_latencies: 'Time of a request in the proxy and the function',
    revision_app_request_latencies: 'Time of a request in the function',
    activator_request_latencies: 'Time of a request through the activator, waking included',
    autoscaler_scrape_time: 'Time that asking the pods took',
  }),
  ...all('gauge', {
    revision_queue_depth: "Requests in a pod's proxy",
    activator_request_concurrency: 'Requests in the activator',
    autoscaler_desired_pods: 'Pods that the autoscaler wants',
    autoscaler_requested_pods: 'Pods that it asked Kubernetes for',
    autoscaler_actual_pods: 'Pods that are ready',
    autoscaler_not_ready_pods: 'Pods that are not ready',
    autoscaler_pending_pods: 'Pods that wait for a node',
    autoscaler_terminating_pods: 'Pods that end',
    autoscaler_excess_burst_capacity: 'Requests more that the ready pods could take',
    autoscaler_stable_request_concurrency: 'Requests at once per pod, over the stable window',
    autoscaler_panic_request_concurrency: 'Requests at once per pod, over the panic window',
    autoscaler_target_concurrency_per_pod: 'Requests at once per pod that are aimed at',
    autoscaler_stable_requests_per_second: 'Requests per second and pod, over the stable window',
    autoscaler_panic_requests_per_second: 'Requests per second and pod, over the panic window',
    autoscaler_target_requests_per_second: 'Requests per second and pod that are aimed at',
    autoscaler_panic_mode: '1 in panic',
  }),
]

/**
 * Knative Serving from 1.19 (OpenTelemetry): times in seconds. `kn.revision.rps.stable` is measured in
 * {request}/s, which newer exporters add to its name.
 */
export const KNATIVE_OPENTELEMETRY: readonly ForeignMetric[] = [
  ...all('histogram', {
    kn_serving_invocation_duration_seconds: 'Time of a request in the function, by HTTP status',
    http_server_request_duration_seconds: "Time of a request in a component's own server",
    http_client_request_duration_seconds: 'Time of a request that a component makes',
    kn_autoscaler_scrape_duration_seconds: 'Time that asking the pods took',
  }),
  ...all('gauge', {
    kn_serving_queue_depth: "Requests in a pod's proxy",
    kn_revision_request_concurrency: 'Requests in the activator',
    kn_revision_request_queued: 'Requests that wait in the activator',
    kn_revision_request_active: 'Requests that the activator has passed on',
    kn_revision_pods_desired: 'Pods that the autoscaler wants',
    kn_revision_pods_requested: 'Pods that it asked Kubernetes for',
    kn_revision_pods_count: 'Pods that are ready',
    kn_revision_pods_not_ready_count: 'Pods that are not ready',
    kn_revision_pods_pending_count: 'Pods that wait for a node',
    kn_revision_pods_terminating_count: 'Pods that end',
    kn_revision_capacity_excess: 'Requests more that the ready pods could take',
    kn_revision_concurrency_stable: 'Requests at once per pod, over the stable window',
    kn_revision_concurrency_panic: 'Requests at once per pod, over the panic window',
    kn_revision_concurrency_target: 'Requests at once per pod that are aimed at',
    kn_revision_rps_stable: 'Requests per second and pod, over the stable window',
    kn_revision_rps_stable_per_second: 'The same, from newer exporters',
    kn_revision_rps_panic: 'Requests per second and pod, over the panic window',
    kn_revision_rps_panic_per_second: 'The same, from newer exporters',
    kn_revision_rps_target: 'Requests per second and pod that are aimed at',
    kn_revision_rps_target_per_second: 'The same, from newer exporters',
    kn_revision_panic_mode: '1 in panic',
  }),
]

export const FOREIGN: readonly ForeignMetric[] = [
  ...PROMETHEUS,
  ...KNATIVE_OPENCENSUS,
  ...KNATIVE_OPENTELEMETRY,
]
