import { listen } from '../../testing/programs.ts'

const LABELS = [
  'model_name',
  'version',
  'revision',
  'feature',
  'code',
  'endpoint',
  'process',
  'phase',
  'job',
]

/** A Prometheus that has an answer to everything, of ten minutes up to now, with this value in each label. */
export const startAnsweringPrometheus = async (label: string, now: number) => {
  const metric = { ...Object.fromEntries(LABELS.map((name) => [name, label])), le: '0.5' }
  const points = Array.from({ length: 20 }, (_, index) => [now - 600 + index * 30, '0.25'])
  const { port, close } = await listen((request, response) => {
    const url = new URL(request.url!, 'http://localhost')
    const data = url.pathname.endsWith('/values')
      ? [label]
      : {
          result: url.pathname.endsWith('/query_range')
            ? [{ metric, values: points }]
            : [{ metric, value: [now, '0.25'] }],
        }
    response.end(JSON.stringify({ status: 'success', data }))
  })
  return { address: `http://prometheus.localhost:${port}`, port, close }
}
