import type { z } from 'zod'
import type { StoredPrediction } from '#db/history.ts'
import { InletError } from '#platform/runtime/errors.ts'
import { validate } from '#platform/runtime/validate.ts'
import { reading, singleValues } from '../query.ts'
import { UNAVAILABLE, type Route, type RouteOptions } from '../route.ts'
import * as schemas from '../schemas.ts'

const show = (row: StoredPrediction): z.infer<typeof schemas.prediction> => ({
  prediction_id: row.id,
  model: row.model,
  version: row.version,
  revision: row.revision,
  status: row.status,
  error_code: row.errorCode,
  input: row.input,
  result: row.output,
  confidence: row.confidence,
  processing_time_ms: row.processingTimeMs,
  created_at: row.createdAt.toISOString(),
  request_id: row.requestId,
  trace_id: row.traceId,
  feedback: row.feedback,
  feedback_at: row.feedbackAt?.toISOString() ?? null,
})

/** The log of predictions. */
export const predictionRoutes = ({ catalog, log }: RouteOptions): Route[] => [
  {
    method: 'get',
    path: '/api/v1/predictions',
    summary: 'The log of predictions, newest first',
    tag: 'Predictions',
    namesModel: true,
    request: { query: schemas.predictionQuery },
    answer: schemas.predictionList,
    problems: { 404: 'No such model', 422: 'A filter does not fit', ...UNAVAILABLE },
    handle: async ({ context, about }) => {
      const query = validate(schemas.predictionQuery, singleValues(context.req.queries()))
      const { model: name, version, from, to, limit, cursor } = query
      if (version !== undefined && name === undefined) {
        const reason = 'needs model as well'
        throw new InletError('invalid_input', { problems: [{ field: 'version', reason }] })
      }
      // A version that is not served any more still has its rows.
      const model = name === undefined ? undefined : catalog.find(name).card.name
      if (model !== undefined) about({ model })
      const page = await reading(
        log.list({
          limit,
          ...(model !== undefined && { model }),
          ...(version !== undefined && { version }),
          ...(from !== undefined && { from: new Date(from) }),
          ...(to !== undefined && { to: new Date(to) }),
          ...(cursor !== undefined && { cursor }),
        }),
      )
      return { predictions: page.predictions.map(show), next_cursor: page.nextCursor }
    },
  },
  {
    method: 'get',
    path: '/api/v1/predictions/:id',
    summary: 'One prediction by its id',
    tag: 'Predictions',
    request: { params: schemas.predictionPath },
    answer: schemas.prediction,
    problems: { 404: 'No such prediction', 422: 'The id is no UUID', ...UNAVAILABLE },
    handle: async ({ context }) => {
      const { id } = validate(schemas.predictionPath, context.req.param())
      const row = await reading(log.find(id))
      if (row === null) throw new InletError('unknown_prediction')
      return show(row)
    },
  },
  {
    method: 'delete',
    path: '/api/v1/predictions/:id',
    summary: 'Forget one prediction',
    tag: 'Predictions',
    request: { params: schemas.predictionPath },
    status: 204,
    problems: { 404: 'No such prediction', 422: 'The id is no UUID', ...UNAVAILABLE },
    handle: async ({ context }) => {
      const { id } = validate(schemas.predictionPath, context.req.param())
      if (!(await reading(log.delete(id)))) throw new InletError('unknown_prediction')
      return null
    },
  },
]
