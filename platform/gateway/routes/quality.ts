import type { z } from 'zod'
import type { AnswerCount, JudgedInBucket } from '#db/quality.ts'
import { InletError } from '#platform/runtime/errors.ts'
import { validate } from '#platform/runtime/validate.ts'
import { measureQuality } from '../quality-measures.ts'
import { quality, qualityQuery } from '../quality-schemas.ts'
import { reading, singleValues } from '../query.ts'
import { UNAVAILABLE, type Route, type RouteOptions } from '../route.ts'
import * as schemas from '../schemas.ts'

const HOUR_MS = 3_600_000
const BUCKET_MS = { hour: HOUR_MS, day: 24 * HOUR_MS }
const DEFAULT_PERIOD_MS = 7 * 24 * HOUR_MS
/** Bounds the answer, and what the database reads for it. */
const MOST_BUCKETS = 200

const refuse = (field: string, reason: string): InletError =>
  new InletError('invalid_input', { problems: [{ field, reason }] })

const periodOf = ({ from: start, to: end, bucket }: z.infer<typeof qualityQuery>) => {
  const to = end === undefined ? new Date() : new Date(end)
  const from = start === undefined ? new Date(to.getTime() - DEFAULT_PERIOD_MS) : new Date(start)
  if (from >= to) throw refuse('from', 'must be before to, which is now if absent')
  if (to.getTime() - from.getTime() > MOST_BUCKETS * BUCKET_MS[bucket]) {
    throw refuse('from', `must be at most ${MOST_BUCKETS} ${bucket}s before to`)
  }
  return { from, to, bucket }
}

const ofBuckets = (answers: readonly AnswerCount[], judged: readonly JudgedInBucket[]) => {
  const byStart = Map.groupBy(judged, ({ start }) => start)
  return answers.map((answer) => ({
    start: new Date(answer.start).toISOString(),
    ...measureQuality([answer], byStart.get(answer.start) ?? []),
  }))
}

/** How good the answers were, as far as people said. */
export const qualityRoutes = ({ catalog, log }: RouteOptions): Route[] => [
  {
    method: 'get',
    path: '/api/v1/models/:model/quality',
    summary: 'Accuracy and calibration over time of each version, from feedback',
    tag: 'Models',
    namesModel: true,
    request: { params: schemas.modelPath, query: qualityQuery },
    answer: quality,
    problems: { 404: 'No such model', 422: 'A parameter does not fit', ...UNAVAILABLE },
    handle: async ({ context, about }) => {
      const { card } = catalog.find(context.req.param('model') ?? '')
      const model = card.name
      about({ model })
      const period = periodOf(validate(qualityQuery, singleValues(context.req.queries())))
      const { answers, judged } = await reading(log.quality({ model, ...period }))
      const answersOf = Map.groupBy(answers, ({ version }) => version)
      const judgedOf = Map.groupBy(judged, ({ version }) => version)
      // A version that is not served any more still has its rows.
      const versions = new Set([...Object.keys(card.versions), ...answersOf.keys()])
      return {
        model,
        from: period.from.toISOString(),
        to: period.to.toISOString(),
        bucket: period.bucket,
        versions: [...versions].map((version) => {
          const own = [answersOf.get(version) ?? [], judgedOf.get(version) ?? []] as const
          return { version, ...measureQuality(...own), buckets: ofBuckets(...own) }
        }),
      } satisfies z.infer<typeof quality>
    },
  },
]
