import { expect, test } from 'vitest'
import { createLogger } from '#observability/logger.ts'
import { startTracing } from '#observability/otlp-tracing.ts'
import { startOtlpReceiver } from '#observability/testing/otlp-receiver.ts'
import { noTracing, type RequestSpan } from '#observability/tracing.ts'
import type { PredictionLog } from '#platform/gateway/prediction-log.ts'
import {
  createFakeSink,
  createRecorderWithFakes,
  recordNamed,
} from '#platform/runtime/recorder/testing/fakes.ts'
import type { PredictionSink } from '#platform/runtime/recorder/sink.ts'
import { traceLog, traceWrites } from './trace-database.ts'

test('without tracing there is nothing between the platform and its database', () => {
  const { sink } = createFakeSink()
  const log = { list: () => Promise.reject(new Error('not asked')) } as unknown as PredictionLog
  expect(traceWrites(noTracing, sink)).toBe(sink)
  expect(traceLog(noTracing, log)).toBe(log)
})

test('each attempt to write is a span of the requests whose rows it holds, slow or failing', async () => {
  const receiver = await startOtlpReceiver()
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.url
  const tracing = await startTracing('test', createLogger('silent'))
  const fake = createFakeSink()
  const slow = Promise.withResolvers<void>()
  let attempts = 0
  const sink: PredictionSink = {
    write: async (records) => {
      if (records.length === 1) await slow.promise
      else if (attempts++ === 0) {
        throw Object.assign(new Error('values: a secret sentence'), { code: '57P01' })
      }
      return fake.sink.write(records)
    },
  }
  const { recorder, advance, pending, settled } = createRecorderWithFakes({
    sink: traceWrites(tracing, sink),
  })
  /** A request that leaves a row. */
  const request = (name: string): Promise<RequestSpan> =>
    new Promise((resolve) => {
      void tracing.serve(
        name,
        () => undefined,
        {},
        async (trace) => {
          recorder.record(recordNamed(`a secret ${name}`), trace!.span)
          resolve(trace!.span!)
          return new Response()
        },
      )
    })
  // The first row is on its way while the others gather; one of them is of no trace.
  const first = await request('first')
  const second = await request('second')
  recorder.record(recordNamed('a secret of nobody'))
  const third = await request('third')
  slow.resolve()
  // Only the pause before the next attempt is left to wait for.
  await expect.poll(pending).toEqual([50])
  advance(50)
  await settled()
  await tracing.close(5_000)

  const parents = [second, second, first].map(({ context }) => context.spanId)
  const inserts = receiver.named('INSERT predictions')
  expect(inserts.map(({ parentSpanId }) => parentSpanId).toSorted()).toEqual(parents.toSorted())
  const together = inserts.filter(({ parentSpanId }) => parentSpanId === second.context.spanId)
  expect(together.map(({ failed }) => failed)).toEqual([true, false])
  expect(together[0]!.attributes['error.type']).toBe('57P01')
  for (const { links, traceId, attributes } of together) {
    expect(traceId).toBe(second.context.traceId)
    expect(links).toEqual([third.context.spanId])
    expect(attributes['db.operation.batch.size']).toBe(3)
  }
  expect(receiver.raw()).not.toContain('secret')
})
