import { growing, steady, type AlertCase, type Series } from './alert-case.ts'

const errors = (perSecond: number): Series => ({
  'api_errors_total{model_name="iris", endpoint="/api/v1/predict", status="500"}': growing(
    perSecond / 2,
  ),
  'api_errors_total{model_name="iris", endpoint="/api/v1/predict", status="503"}': growing(
    perSecond / 2,
  ),
  // The caller's own mistakes.
  'api_errors_total{model_name="iris", endpoint="/api/v1/predict", status="422"}': growing(5),
})

/** Of 100 predictions a second so many take up to half a second, up to one; the others fail within two and a half. */
const durations = (half: number, one: number): Series => {
  const bucket = (le: string, outcome = 'success'): string =>
    `prediction_duration_seconds_bucket{model_name="iris", version="1.0.0", outcome="${outcome}", le="${le}"}`
  return {
    [bucket('0.5')]: growing(half),
    [bucket('1')]: growing(one),
    [bucket('2.5')]: growing(one),
    [bucket('+Inf')]: growing(one),
    [bucket('0.5', 'failed')]: growing(0),
    [bucket('1', 'failed')]: growing(0),
    [bucket('2.5', 'failed')]: growing(100 - one),
    [bucket('+Inf', 'failed')]: growing(100 - one),
    // Refused at once.
    [bucket('0.5', 'invalid')]: growing(500),
    [bucket('+Inf', 'invalid')]: growing(500),
  }
}

const start = (model: number, at = 0, models = ['iris']): Series => ({
  ...Object.fromEntries(
    models.map((name) => [`model_loaded{model_name="${name}", instance="a"}`, steady(1)]),
  ),
  'start_phase_seconds{phase="code", instance="a", service="iris"}': steady(0.5),
  'start_phase_seconds{phase="model", instance="a", service="iris"}': steady(model),
  'process_start_time_seconds{instance="a", service="iris"}': steady(at),
})

const driftOf = (
  where: object,
  scores: Record<string, number>,
  samples: number,
  chance: number,
) => {
  const labels = (more: object): string =>
    Object.entries({ namespace: 'inlet', model_name: 'iris', ...where, ...more })
      .map(([name, value]) => `${name}="${value}"`)
      .join(', ')
  return Object.assign(
    { [`model_drift_samples{${labels({})}}`]: steady(samples) },
    ...Object.entries(scores).map(([feature, score]) => ({
      [`model_drift_score{${labels({ feature })}}`]: steady(score),
      [`model_drift_chance_score{${labels({ feature })}}`]: steady(chance),
    })),
  ) as Series
}

/** One pod of a version, beside another one and another version that have seen more, and nothing strange. */
const drift = (score: number, samples: number, chance = 0.1): Series => ({
  ...driftOf({ version: '1.0.0', instance: 'a' }, { petal: score, sepal: 0.01 }, samples, chance),
  ...driftOf({ version: '1.0.0', instance: 'b' }, { petal: 0.01 }, 1_000, 0.1),
  ...driftOf({ version: '2.0.0', instance: 'c' }, { petal: 0.01 }, 1_000, 0.1),
})

const accuracy = (newer: number, samples: [number, number]): Series => ({
  'model_feedback_accuracy{model_name="iris", version="1.0.0", instance="a"}': steady(0.9),
  'model_feedback_samples{model_name="iris", version="1.0.0", instance="a"}': steady(samples[0]),
  'model_feedback_accuracy{model_name="iris", version="2.0.0", instance="a"}': steady(newer),
  'model_feedback_samples{model_name="iris", version="2.0.0", instance="a"}': steady(samples[1]),
})

export const MODEL_ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'HighErrorRate',
    labels: { model_name: 'iris' },
    fires: errors(0.051),
    silent: [errors(0.049)],
    after: 10,
  },
  {
    alert: 'HighLatency',
    labels: { model_name: 'iris', version: '1.0.0' },
    // The 95th of 100 at 1.02 s, and at 0.98 s.
    fires: durations(23, 94.93),
    silent: [durations(23, 98)],
    after: 10,
  },
  {
    alert: 'ModelNotLoaded',
    labels: { model_name: 'iris', version: '1.0.0' },
    fires: { 'model_loaded{model_name="iris", version="1.0.0"}': steady(0) },
    // The second one's pod goes to sleep.
    silent: [
      { 'model_loaded{model_name="iris", version="1.0.0"}': steady(1) },
      { 'model_loaded{model_name="iris", version="1.0.0"}': '1x3 stale' },
    ],
    after: 2,
  },
  {
    alert: 'ModelSlowToWake',
    labels: { instance: 'a', service: 'iris' },
    fires: start(2.56),
    silent: [start(2.44), start(9, -552), start(9, 0, ['iris', 'digits']), start(9, 0, [])],
    after: 1,
  },
  {
    alert: 'ModelDrift',
    labels: { namespace: 'inlet', model_name: 'iris', version: '1.0.0', feature: 'petal' },
    fires: drift(0.255, 200),
    silent: [drift(0.245, 200), drift(0.9, 196), drift(0.5, 200, 0.51)],
    after: 11,
  },
  {
    alert: 'VersionAccuracySkew',
    labels: { model_name: 'iris', version: '2.0.0' },
    fires: accuracy(0.798, [100, 100]),
    silent: [accuracy(0.802, [100, 100]), accuracy(0.5, [98, 100]), accuracy(0.5, [100, 98])],
    after: 16,
  },
]
