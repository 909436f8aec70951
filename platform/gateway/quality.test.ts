import { describe, expect, test } from 'vitest'
import { startTestServer } from '../testing/server.ts'

const { call } = await startTestServer()

const predict = async (body: unknown): Promise<string> => {
  const { json } = await call({ path: '/api/v1/predict', body })
  return json['prediction_id'] as string
}
const say = (id: string, body: unknown) =>
  call({ path: `/api/v1/predictions/${id}/feedback`, body })
const qualityOf = (query: string) => call({ path: `/api/v1/models/${query}` })

describe('quality', () => {
  test('of a version is what its feedback says, day by day', async () => {
    const text = 'A superb day.'
    for (const label of ['positive', 'positive', 'positive', 'negative']) {
      await say(await predict({ model: 'sentiment', text }), { label })
    }
    await predict({ model: 'sentiment', text })
    const two = await predict({ model: 'sentiment', version: '1.0.0', texts: [text, text] })
    await say(two, { labels: ['positive', null] })

    const { status, json } = await qualityOf('sentiment-analysis/quality')
    expect(status).toBe(200)
    expect(json).toMatchObject({ model: 'sentiment', bucket: 'day' })
    const length = Date.parse(json['to'] as string) - Date.parse(json['from'] as string)
    expect(length).toBe(7 * 24 * 3_600_000)
    const [old, current] = json['versions'] as Record<string, unknown>[]
    expect(old).toMatchObject({
      version: '1.0.0',
      predictions: 1,
      labelled_predictions: 1,
      labelled_instances: 1,
      accuracy: 1,
    })
    const measures = {
      predictions: 5,
      labelled_predictions: 4,
      labelled_instances: 4,
      accuracy: 0.75,
      accuracy_interval_95: [expect.closeTo(0.3006, 3), expect.closeTo(0.9544, 3)],
    }
    expect(current).toMatchObject({ version: '2.0.0', ...measures })
    const confidence = current!['mean_confidence'] as number
    expect(current!['expected_calibration_error']).toBeCloseTo(Math.abs(confidence - 0.75))
    const buckets = current!['buckets'] as Record<string, unknown>[]
    const counted = buckets.reduce((sum, bucket) => sum + Number(bucket['predictions']), 0)
    expect(counted).toBe(5)
    expect(buckets[0]!['start']).toMatch(/T00:00:00\.000Z$/)
  })

  test('of a model nobody asked is empty, not missing', async () => {
    const { json } = await qualityOf('digits/quality?bucket=hour')
    expect(json['versions']).toMatchObject([
      { version: '1.0.0', predictions: 0, accuracy: null, buckets: [] },
    ])
  })

  test('of another period leaves today out', async () => {
    const period = 'from=2026-01-01T00:00:00Z&to=2026-07-01T00:00:00Z'
    const { json } = await qualityOf(`sentiment/quality?${period}`)
    expect(json['versions']).toMatchObject([{ predictions: 0 }, { predictions: 0 }])
  })

  test.each([
    ['from=yesterday', 'from'],
    ['to=0000-01-01T00:00:00Z', 'to'],
    ['from=9998-01-01T00:00:00Z', 'from'],
    ['from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z', 'from'],
    ['from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
    ['from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&bucket=hour', 'from'],
    ['bucket=minute', 'bucket'],
    ['bucket=day&bucket=hour', 'bucket'],
    ['window=7d', 'window'],
  ])('%s is refused with its field', async (query, field) => {
    const { status, json } = await qualityOf(`iris/quality?${query}`)
    expect(status).toBe(422)
    expect(json['errors']).toMatchObject([{ field }])
  })

  test('of no model is none', async () => {
    expect((await qualityOf('gpt/quality')).json['code']).toBe('unknown_model')
  })
})
