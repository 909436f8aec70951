import { PREDICT_ENDPOINT } from '#observability/metrics.ts'
import { v7 } from 'uuid'
import type { z } from 'zod'
import { readJson } from '#platform/runtime/check.ts'
import { HEADERS } from '#platform/runtime/identify.ts'
import type { Model } from '#platform/runtime/read-models.ts'
import { validate } from '#platform/runtime/validate.ts'
import { UNAVAILABLE, type Route, type RouteOptions } from '../route.ts'
import * as schemas from '../schemas.ts'

/** The shortest first: the reference page shows that one. */
const examplesOf = (models: readonly Model[]): Record<string, { value: unknown }> => {
  const length = ({ definition }: Model): number => JSON.stringify(definition.example).length
  const ordered = models.toSorted((a, b) => length(a) - length(b))
  return Object.fromEntries(
    ordered.map(({ card: { name }, definition }) => [
      name,
      { value: { model: name, ...(definition.example as object) } },
    ]),
  )
}

/** Predictions with any model. */
export const predictRoutes = ({ catalog, callFunction, limits }: RouteOptions): Route[] => [
  {
    method: 'post',
    path: PREDICT_ENDPOINT,
    summary: 'Predict with a model, and if you like a version, of your choice',
    tag: 'Predictions',
    namesModel: true,
    request: {
      body: schemas.predictRequest(catalog.models),
      examples: examplesOf(catalog.models),
    },
    answer: schemas.predictAnswer,
    problems: {
      400: 'The body is not JSON',
      404: 'No such model or version',
      413: 'The body is too large',
      415: 'The body is not declared as JSON',
      422: 'A field does not fit',
      500: 'The model failed on this input',
      ...UNAVAILABLE,
      504: 'The prediction took too long',
    },
    handle: async ({ context, requestId, trace, about }) => {
      const body = await readJson(context.req.raw, limits)
      const { model: name, version, ...input } = validate(schemas.predictEnvelope, body)
      const { model, host } = catalog.choose(name, version)
      const predictionId = v7()
      about({ model: model.card.name, predictionId })
      // Checked here as well, so that an input that cannot be answered wakes no sleeping function.
      validate(model.definition.input, input)
      context.header(HEADERS.predictionId, predictionId)
      const answer = await callFunction({
        host,
        version,
        input,
        predictionId,
        requestId,
        trace,
        caller: context.req.raw.signal,
      })
      if (answer.revision !== null) context.header(HEADERS.revision, answer.revision)
      if (answer.serverTiming !== null) context.header('server-timing', answer.serverTiming)
      return {
        prediction_id: predictionId,
        model: model.card.name,
        version: answer.version,
        result: answer.result,
        confidence: answer.confidence,
        processing_time_ms: answer.processingTimeMs,
        ...(!answer.recorded && { recorded: false }),
      } satisfies z.infer<typeof schemas.predictAnswer>
    },
  },
]
