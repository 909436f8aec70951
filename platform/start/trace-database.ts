import { noTracing, type Tracing } from '#observability/tracing.ts'
import type { PredictionLog } from '#platform/gateway/prediction-log.ts'
import type { PredictionSink } from '#platform/runtime/recorder/recorder.ts'

/** A statement on the table of predictions, as OpenTelemetry names such calls. */
const statement = (operation: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE') => ({
  name: `${operation} predictions`,
  attributes: {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    'db.collection.name': 'predictions',
  },
})

const select = statement('SELECT')
const insert = statement('INSERT')
const update = statement('UPDATE')
const remove = statement('DELETE')

/**
 * The log, with each query a span of the request that asks; what asks of its own accord has none. Whether the
 * database answers is asked by probes, which are not traced.
 */
export const traceLog = (tracing: Tracing, log: PredictionLog): PredictionLog => {
  if (tracing === noTracing) return log
  return {
    ...log,
    find: (id) => tracing.client(select, () => log.find(id)),
    list: (query) => tracing.client(select, () => log.list(query)),
    labelled: (query) => tracing.client(select, () => log.labelled(query)),
    quality: (period) => tracing.client(select, () => log.quality(period)),
    giveFeedback: (id, feedback) => tracing.client(update, () => log.giveFeedback(id, feedback)),
    delete: (id) => tracing.client(remove, () => log.delete(id)),
  }
}

/**
 * The sink, with each attempt to write a span in the trace of its first record's request, linked to the others:
 * a prediction written alone is one trace from the gateway to the database.
 */
export const traceWrites = (tracing: Tracing, sink: PredictionSink): PredictionSink => {
  if (tracing === noTracing) return sink
  return {
    write: (records, requests = []) => {
      // One row is no batch to OpenTelemetry.
      const size = records.length > 1 && { 'db.operation.batch.size': records.length }
      const attributes = { ...insert.attributes, ...size }
      return tracing.client({ ...insert, attributes, of: requests }, () => sink.write(records))
    },
  }
}
