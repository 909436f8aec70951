import type { Section } from '../grafana/panel.ts'
import { BY_VERSION, byProcess, NAMED, OF_REVISION, serving, WINDOW } from '../grafana/promql.ts'

/** What the functions take. */
export const resources: Section = {
  title: 'Resources',
  panels: [
    {
      kind: 'lines',
      title: 'Processors',
      description: 'Processor seconds per second of each process that serves a selected model.',
      unit: 'short',
      min: 0,
      width: 12,
      queries: [
        {
          expr: byProcess(serving(`rate(process_cpu_seconds_total[${WINDOW}])`)),
          legend: '{{process}}',
        },
      ],
    },
    {
      kind: 'lines',
      title: 'Memory',
      description: 'Resident memory of each process that serves a selected model.',
      unit: 'bytes',
      min: 0,
      width: 12,
      queries: [
        { expr: byProcess(serving('process_resident_memory_bytes')), legend: '{{process}}' },
      ],
    },
    {
      kind: 'numbers',
      title: 'Load time',
      description: 'Longest time to verify, load and warm the model.',
      unit: 's',
      width: 12,
      queries: [
        {
          expr: `max by (${BY_VERSION}) (model_load_seconds{${OF_REVISION}})`,
          legend: NAMED,
          instant: true,
        },
      ],
    },
    {
      kind: 'numbers',
      title: 'Model size',
      description: 'Bytes of model.onnx, which every cold start reads.',
      unit: 'bytes',
      width: 12,
      queries: [
        {
          expr: `max by (${BY_VERSION}) (model_size_bytes{${OF_REVISION}})`,
          legend: NAMED,
          instant: true,
        },
      ],
    },
  ],
}
