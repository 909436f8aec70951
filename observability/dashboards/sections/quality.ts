import { fewestSamplesOf, thresholdOf } from '../../rules/alert-facts.ts'
import type { Panel, Section } from '../grafana/panel.ts'
import { BY_VERSION, NAMED, OF_VERSION } from '../grafana/promql.ts'

/** Whether a confidence of 0.9 is right in nine of ten. */
export const calibration: Panel = {
  kind: 'lines',
  title: 'Calibration error by feedback',
  description:
    'How far confidence and accuracy are apart, on average over ten bins of confidence. 0 is a model that knows how sure it may be.',
  unit: 'percentunit',
  min: 0,
  width: 8,
  only: 'models with confidence',
  queries: [
    {
      expr: `max by (${BY_VERSION}) (model_feedback_calibration_error{${OF_VERSION}})`,
      legend: NAMED,
    },
  ],
}

/** Whether the models still fit what they are asked. */
export const quality: Section = {
  title: 'Drift and accuracy',
  panels: [
    {
      kind: 'lines',
      title: 'Largest drift',
      description: `Population stability index of the feature that moved most against what the version learnt from. The alert leaves out what chance gives, and fewer than ${fewestSamplesOf('ModelDrift')} instances.`,
      unit: 'short',
      min: 0,
      width: 8,
      limit: { above: thresholdOf('ModelDrift') },
      alerts: ['ModelDrift'],
      queries: [
        {
          expr: `max by (${BY_VERSION}) (model_drift_score{${OF_VERSION}})`,
          legend: NAMED,
        },
      ],
    },
    {
      kind: 'bars',
      title: 'Drift by feature, now',
      description:
        'The two features of each version that moved most; the labels of its answers and their confidence count as such.',
      unit: 'short',
      min: 0,
      width: 8,
      limit: { above: thresholdOf('ModelDrift') },
      alerts: ['ModelDrift'],
      queries: [
        {
          expr: `sort_desc(topk by (${BY_VERSION}) (2, max by (${BY_VERSION}, feature) (model_drift_score{${OF_VERSION}})))`,
          legend: '{{model_name}} {{version}} {{feature}}',
          instant: true,
        },
      ],
    },
    {
      kind: 'numbers',
      title: 'Instances that the drift is of',
      description:
        'The latest instances that are compared. Red where they are too few to say anything.',
      unit: 'short',
      width: 8,
      height: 8,
      limit: { below: fewestSamplesOf('ModelDrift') },
      queries: [
        {
          expr: `max by (${BY_VERSION}) (model_drift_samples{${OF_VERSION}})`,
          legend: NAMED,
          instant: true,
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Accuracy by feedback',
      description:
        'Share of right answers, by what was said of the predictions of the last seven days, at each moment.',
      unit: 'percentunit',
      max: 1,
      width: 8,
      alerts: ['VersionAccuracySkew'],
      queries: [
        {
          expr: `max by (${BY_VERSION}) (model_feedback_accuracy{${OF_VERSION}})`,
          legend: NAMED,
        },
      ],
    },
    calibration,
    {
      kind: 'numbers',
      title: 'Instances with feedback',
      description: 'What the accuracy is of. Red where alerts call it too few.',
      unit: 'short',
      width: 8,
      height: 8,
      limit: { below: fewestSamplesOf('VersionAccuracySkew') },
      queries: [
        {
          expr: `max by (${BY_VERSION}) (model_feedback_samples{${OF_VERSION}})`,
          legend: NAMED,
          instant: true,
        },
      ],
    },
  ],
}
