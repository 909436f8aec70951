import type { Section } from '../grafana/panel.ts'
import { BY_VERSION, mean, NAMED, OF_REVISION, WINDOW } from '../grafana/promql.ts'

/** How sure the models are. */
export const confidence: Section = {
  title: 'Confidence',
  panels: [
    {
      kind: 'lines',
      title: 'Mean confidence',
      description:
        'Of the predictions of each moment. A step without a release is a reason to look at drift.',
      unit: 'percentunit',
      max: 1,
      width: 12,
      only: 'models with confidence',
      queries: [{ expr: mean('model_confidence', OF_REVISION, BY_VERSION), legend: NAMED }],
    },
    {
      kind: 'heatmap',
      title: 'Confidence distribution',
      description:
        'How many predictions of each moment were how sure, of everything selected above.',
      unit: 'short',
      width: 12,
      only: 'models with confidence',
      queries: [
        {
          expr: `sum by (le) (increase(model_confidence_bucket{${OF_REVISION}}[${WINDOW}]))`,
          legend: '{{le}}',
        },
      ],
    },
  ],
}
