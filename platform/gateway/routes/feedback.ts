import { ReadableStream } from 'node:stream/web'
import type { z } from 'zod'
import { readJson } from '#platform/runtime/check.ts'
import { InletError } from '#platform/runtime/errors.ts'
import { validate } from '#platform/runtime/validate.ts'
import { feedbackAnswer, feedbackBody, feedbackExamples } from '../feedback-schemas.ts'
import { judgeFeedback } from '../judge-feedback.ts'
import { labelledTable } from '../labelled-table.ts'
import * as tables from '../quality-schemas.ts'
import { reading, readingRows, singleValues } from '../query.ts'
import { UNAVAILABLE, type Route, type RouteOptions } from '../route.ts'
import * as schemas from '../schemas.ts'

/** What people say of predictions: taken here, and given back to train with. */
export const feedbackRoutes = ({ catalog, log, limits }: RouteOptions): Route[] => [
  {
    method: 'post',
    path: '/api/v1/predictions/:id/feedback',
    summary: 'Say what a prediction should have been; the last word counts',
    tag: 'Predictions',
    namesModel: true,
    request: { params: schemas.predictionPath, body: feedbackBody, examples: feedbackExamples },
    answer: feedbackAnswer,
    problems: {
      400: 'The body is not JSON',
      404: 'No such prediction, or its version is not served any more',
      413: 'The body is too large',
      415: 'The body is not declared as JSON',
      422: 'The id is no UUID, or the feedback does not fit the prediction',
      ...UNAVAILABLE,
    },
    handle: async ({ context, about }) => {
      const { id } = validate(schemas.predictionPath, context.req.param())
      const said = validate(feedbackBody, await readJson(context.req.raw, limits))
      const row = await reading(log.find(id))
      if (row === null) throw new InletError('unknown_prediction')
      const model = catalog.find(row.model)
      about({ model: row.model, predictionId: row.id })
      const feedback = judgeFeedback(model, row, said)
      const feedbackAt = await reading(log.giveFeedback(id, feedback))
      // Deleted in between.
      if (feedbackAt === null) throw new InletError('unknown_prediction')
      return {
        prediction_id: row.id,
        feedback,
        feedback_at: feedbackAt.toISOString(),
      } satisfies z.infer<typeof feedbackAnswer>
    },
  },
  {
    method: 'get',
    path: '/api/v1/models/:model/feedback.csv',
    summary: 'Predictions that have feedback, oldest first, to train with',
    tag: 'Models',
    namesModel: true,
    request: { params: schemas.modelPath, query: tables.labelledQuery },
    answer: tables.labelledTable,
    answerType: 'text/csv',
    problems: { 404: 'No such model', 422: 'A parameter does not fit', ...UNAVAILABLE },
    handle: async ({ context, about }) => {
      const { card } = catalog.find(context.req.param('model') ?? '')
      about({ model: card.name })
      const query = validate(tables.labelledQuery, singleValues(context.req.queries()))
      const { rows, nextCursor } = await reading(log.labelled({ model: card.name, ...query }))
      context.header('content-type', 'text/csv; charset=utf-8; header=present')
      context.header('content-disposition', `attachment; filename="${card.name}-feedback.csv"`)
      if (nextCursor !== null) {
        const next = new URL(context.req.url)
        next.searchParams.set('cursor', nextCursor)
        context.header('link', `<${next.pathname}${next.search}>; rel="next"`)
      }
      return ReadableStream.from(labelledTable(readingRows(rows)))
    },
  },
]
