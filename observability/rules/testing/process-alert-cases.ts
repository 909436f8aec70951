import { GATEWAY, growing, steady, type AlertCase, type Series } from './alert-case.ts'

const lost = (event: string, values: string): Series => ({
  [`prediction_records_total{namespace="inlet", pod="a", event="${event}"}`]: values,
})

/** So many on average: a queue that is written in turns goes up and down. */
const queued = (rows: number): Series => ({
  'prediction_records_queued{namespace="inlet", pod="a"}': Array.from({ length: 60 }, () => [
    rows - 200,
    rows + 200,
  ])
    .flat()
    .join(' '),
  'prediction_records_queued{namespace="inlet", pod="b"}': steady(0),
})

const databases = (one: number): Series => ({
  'database_up{namespace="inlet", pod="a"}': steady(one),
  'database_up{namespace="inlet", pod="b"}': steady(1),
})

const starts = (values: string): Series => ({
  'process_start_time_seconds{namespace="inlet", pod="a"}': values,
  'process_start_time_seconds{namespace="inlet", pod="b"}': steady(1),
})

export const PROCESS_ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'PredictionsLost',
    labels: { namespace: 'inlet' },
    fires: { ...lost('dropped', '0x5 1x100'), ...lost('refused', '0x100') },
    silent: [lost('dropped', steady(7)), lost('retried', growing(1))],
    after: 3,
  },
  {
    alert: 'PredictionsLost',
    labels: { namespace: 'inlet' },
    fires: lost('refused', '0x5 1x100'),
    silent: [lost('refused', steady(7))],
    after: 3,
  },
  {
    alert: 'RecorderBacklog',
    labels: { namespace: 'inlet', pod: 'a' },
    fires: queued(2_575),
    silent: [queued(2_450)],
    after: 6,
  },
  {
    alert: 'DatabaseAway',
    labels: { namespace: 'inlet' },
    fires: databases(0),
    silent: [databases(1)],
    after: 3,
  },
  {
    alert: 'GatewayAway',
    labels: { endpoint: '/api/v1/predict' },
    fires: { [GATEWAY]: 'stale' },
    silent: [{}],
    after: 3,
  },
  {
    alert: 'PodCrashLooping',
    labels: { namespace: 'inlet', pod: 'a' },
    fires: starts('1x8 stale _x2 2x8 stale _x2 3x8 stale _x2 4x60'),
    silent: [
      starts('1x8 stale _x2 2x8 stale _x2 3x60'),
      starts('1x8 stale _x2 2x8 stale _x2 3x8 stale _x2 4x2 stale'),
    ],
    after: 12,
  },
  {
    alert: 'TargetDown',
    labels: { job: 'functions', pod: 'a' },
    fires: { 'up{job="functions", pod="a"}': steady(0) },
    silent: [{ 'up{job="functions", pod="a"}': steady(1) }],
    after: 6,
  },
]
