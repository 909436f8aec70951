import { thresholdOf } from '../../rules/alert-facts.ts'
import type { Section } from '../grafana/panel.ts'
import { byProcess, mean, OF_MODEL, WINDOW } from '../grafana/promql.ts'

/** How rows reach the database, and how it is. */
export const log: Section = {
  title: 'Prediction log and database',
  panels: [
    {
      kind: 'lines',
      title: 'Rows by what became of them',
      description:
        'Queued and written keep pace; retried and spilled are an ailing database; dropped and refused are lost.',
      unit: 'cps',
      min: 0,
      width: 8,
      alerts: ['PredictionsLost'],
      queries: [
        {
          expr: `sum by (event) (rate(prediction_records_total[${WINDOW}]))`,
          legend: '{{event}}',
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Rows waiting',
      description: 'In each process, for the database. The alert looks at five minutes of it.',
      unit: 'short',
      min: 0,
      width: 8,
      limit: { above: thresholdOf('RecorderBacklog') },
      alerts: ['RecorderBacklog'],
      queries: [{ expr: byProcess('prediction_records_queued'), legend: '{{process}}' }],
    },
    {
      kind: 'lines',
      title: 'Database reached',
      description: '1 while the latest write or probe of a process reached the database.',
      unit: 'short',
      min: 0,
      max: 1,
      width: 8,
      alerts: ['DatabaseAway'],
      queries: [{ expr: byProcess('database_up'), legend: '{{process}}' }],
    },
    {
      kind: 'lines',
      title: 'Connections',
      description: 'Of all processes: how many there may be, are used, and are waited for.',
      unit: 'short',
      min: 0,
      width: 12,
      queries: [{ expr: 'sum by (state) (database_connections)', legend: '{{state}}' }],
    },
    {
      kind: 'lines',
      title: 'Handing a prediction to the log',
      description:
        'Mean time that it takes of a prediction; those through the gateway wait until the row is written.',
      unit: 's',
      min: 0,
      width: 12,
      queries: [
        {
          expr: mean('prediction_phase_seconds', `phase="record",${OF_MODEL}`, 'model_name'),
          legend: '{{model_name}}',
        },
      ],
    },
  ],
}
