/** What rules record (`rules/`), by name without the window at its end: `model:burn_rate:1h` is `model:burn_rate`. */
export const RECORDED = {
  prediction_count_total: 'Requests to /predict of a pod, however they ended',
  requests_per_second: 'Requests to /predict of a pod per second, over a minute',
  avg_inference_latency: 'Seconds in the model, on average over a minute; none while idle',
  'model:burn_rate':
    'How many times too fast a service level spends its error budget, over the window that the name ends in',
  'model:error_budget_remaining:ratio':
    "Share of a service level's error budget that is left; below 0 it is overspent",
} as const satisfies Record<string, string>

/** The key of RECORDED for a recorded name. */
export const withoutWindow = (name: string): string => name.replace(/:\d+[smhdw]$/, '')
