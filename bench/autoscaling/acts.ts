/** A load of one function in stages; each kind of autoscaling has one. */
export type Act = {
  model: string
  scaledBy: string
  /** PromQL: what its autoscaler decides by, summed over pods. */
  signal: string
  /** Pods when nobody asks: the HPA class cannot go to zero. */
  rest: 0 | 1
  stages: readonly Stage[]
}

export type Stage = {
  /** Requests in progress at a time. */
  connections: number
  /** Requests per second at most. */
  rate?: number
  seconds: number
}

/** The autoscaler's own gauge, averaged over the stable window; Knative renamed it in 1.19. */
const stable = (model: string, older: string, newer: string): string =>
  `sum(autoscaler_stable_${older}{service_name="${model}"} or kn_revision_${newer}_stable{kn_service_name="${model}"})`

/** What a stage is called in the table. */
export const nameOf = ({ connections, rate }: Stage): string =>
  rate === undefined ? `${connections} at a time` : `at most ${rate} a second`

export const ACTS: readonly Act[] = [
  {
    model: 'sentiment',
    scaledBy: 'KPA, concurrency',
    signal: stable('sentiment', 'request_concurrency', 'concurrency'),
    rest: 0,
    stages: [
      { connections: 4, seconds: 20 },
      { connections: 12, seconds: 30 },
      { connections: 32, seconds: 40 },
    ],
  },
  {
    model: 'iris',
    scaledBy: 'KPA, requests per second',
    signal: stable('iris', 'requests_per_second', 'rps'),
    rest: 0,
    stages: [
      { connections: 16, rate: 50, seconds: 20 },
      { connections: 32, rate: 200, seconds: 30 },
      { connections: 64, rate: 400, seconds: 40 },
    ],
  },
  {
    model: 'summarize',
    scaledBy: 'HPA, rows in the queue',
    // As the metrics adapter asks.
    signal: 'sum(avg_over_time(inference_queue_rows{model_name="summarize"}[30s]))',
    rest: 1,
    stages: [
      { connections: 2, seconds: 20 },
      { connections: 32, seconds: 100 },
    ],
  },
]
