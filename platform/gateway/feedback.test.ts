import { describe, expect, test } from 'vitest'
import { startTestServer } from '../testing/server.ts'

const { call } = await startTestServer()

const ROW = [5.1, 3.5, 1.4, 0.2]
const SETOSA = { model: 'iris', features: [ROW] }

const predict = async (body: unknown): Promise<string> => {
  const { json } = await call({ path: '/api/v1/predict', body })
  return json['prediction_id'] as string
}
const say = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  call({ path: `/api/v1/predictions/${id}/feedback`, method: 'POST', body, headers })

const setosa = await predict(SETOSA)
const summary = await predict({ model: 'summarize', text: 'One thing happened. Then another did.' })
const texts = await predict({ model: 'sentiment', texts: ['Superb!', 'Dreadful.', 'A table.'] })

describe('feedback', () => {
  test('is held against the answer, kept with the prediction, and the last word counts', async () => {
    const id = await predict(SETOSA)
    const wrong = await say(id, { label: 'virginica' })
    expect(wrong.status).toBe(200)
    const confidence = expect.closeTo(1, 2)
    const instance = { label: 'virginica', answer: 'setosa', confidence, correct: false }
    expect(wrong.json).toMatchObject({ prediction_id: id, feedback: { instances: [instance] } })
    const right = await say(id, { labels: ['setosa'] })
    expect(right.json['feedback']).toMatchObject({ instances: [{ correct: true }] })
    const again = await say(id, { label: 'setosa' })
    expect(again.json).toEqual(right.json)
    const { json } = await call({ path: `/api/v1/predictions/${id}` })
    expect(json).toMatchObject({
      feedback: right.json['feedback'],
      feedback_at: right.json['feedback_at'],
    })
  })

  test('of several instances is a list in their order, with null for what nobody knows', async () => {
    const { json } = await say(texts, { labels: ['positive', 'positive', null] })
    expect(json['feedback']).toMatchObject({
      instances: [
        { label: 'positive', answer: 'positive', correct: true },
        { label: 'positive', answer: 'negative', correct: false },
        { label: null, correct: null },
      ],
    })
  })

  test('names digits as the card does', async () => {
    const { json } = await call({ path: '/api/v1/models/digits' })
    const id = await predict({ model: 'digits', ...(json['example'] as object) })
    const said = await say(id, { label: '0' })
    expect(said.json['feedback']).toMatchObject({ instances: [{ answer: '0', correct: true }] })
  })

  test('of a model without labels is whether the answer was good', async () => {
    const { json } = await say(summary, { correct: false })
    expect(json['feedback']).toEqual({ instances: [{ correct: false }] })
  })

  const iris = 'setosa, versicolor, virginica'
  test.each<[string, () => string, unknown, string, string]>([
    ['nothing', () => setosa, {}, 'label', 'is required'],
    ['no object', () => setosa, [], '', 'must be an object'],
    ['a number', () => setosa, { label: 1 }, 'label', 'must be one of the labels'],
    ['an unknown label', () => setosa, { label: 'rose' }, 'label', `must be one of ${iris}`],
    ['a prototype', () => setosa, { label: 'toString' }, 'label', `must be one of ${iris}`],
    ['U+0000', () => setosa, { label: 'setosa\0' }, 'label', `must be one of ${iris}`],
    ['a long label', () => setosa, { label: 'x'.repeat(1e5) }, 'label', `must be one of ${iris}`],
    ['an unknown field', () => setosa, { label: 'setosa', note: 'x' }, 'note', 'not a known field'],
    ['true', () => setosa, { correct: true }, 'correct', 'fits models without labels'],
    ['too many labels', () => setosa, { labels: ['setosa', 'setosa'] }, 'labels', 'must have 1 l'],
    ['no labels', () => setosa, { labels: [] }, 'labels', 'one label for each instance'],
    ['only nulls', () => setosa, { labels: [null] }, 'labels', 'at least one instance'],
    ['one label of three', () => texts, { label: 'positive' }, 'label', 'a list of 3'],
    [
      'one wrong label of three',
      () => texts,
      { labels: ['positive', 'good', null] },
      'labels.1',
      'must be one of negative, positive',
    ],
    [
      'more labels than any prediction has',
      () => texts,
      { labels: Array.from({ length: 1_001 }, () => 'positive') },
      'labels',
      'at most 1000',
    ],
    ['a label of a summary', () => summary, { label: 'good' }, 'label', 'send correct'],
    ['no truth value', () => summary, { correct: 'yes' }, 'correct', 'must be true or false'],
    ['a bad id', () => '17', { label: 'setosa' }, 'id', 'must be a UUID'],
  ])('%s is refused with field and reason', async (_, id, body, field, reason) => {
    const { status, json } = await say(id(), body)
    expect(status).toBe(422)
    expect(json['errors']).toEqual([{ field, reason: expect.stringContaining(reason) }])
  })

  test.each<[string, unknown, Record<string, string>, number, string]>([
    ['no JSON', '{"label"', {}, 400, 'malformed_json'],
    ['another type', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['too deep', '['.repeat(10_000), {}, 422, 'invalid_input'],
    ['too large', `"${'x'.repeat(1024 * 1024)}"`, {}, 413, 'body_too_large'],
  ])('%s is refused', async (_, body, headers, status, code) => {
    const answer = await say(setosa, body, headers)
    expect(answer.status).toBe(status)
    expect(answer.json['code']).toBe(code)
  })

  test('has nowhere to stand without a prediction', async () => {
    const answer = await say('01890a5d-ac96-774b-bcce-b302099a8057', { label: 'setosa' })
    expect(answer.status).toBe(404)
    expect(answer.json['code']).toBe('unknown_prediction')
  })

  test('of many at once leaves one of what they said', async () => {
    const id = await predict(SETOSA)
    const labels = ['setosa', 'versicolor', 'virginica']
    const answers = await Promise.all(
      Array.from({ length: 30 }, (__, index) => say(id, { label: labels[index % 3] })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const { json } = await call({ path: `/api/v1/predictions/${id}` })
    const { instances } = json['feedback'] as { instances: { label: string }[] }
    expect(labels).toContain(instances[0]!.label)
  })
})

describe('the table of labelled predictions', () => {
  test('has a line for each, oldest first, over as many pages as it takes', async () => {
    const whole = await call({ path: '/api/v1/models/sentiment-analysis/feedback.csv' })
    expect(whole.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(whole.headers['link']).toBeUndefined()
    await say(await predict({ model: 'sentiment', text: 'A "fine" day,\nyes' }), {
      label: 'positive',
    })
    await say(await predict({ model: 'sentiment', version: '1.0.0', text: 'Bad' }), {
      label: 'negative',
    })
    const { text } = await call({ path: '/api/v1/models/sentiment/feedback.csv' })
    const lines = text.split('\r\n')
    expect(lines[0]).toBe('prediction_id,created_at,version,input,answer,label,feedback_at')
    expect(lines[1]).toContain(`,"[""positive"",""positive"",null]",`)
    expect(lines[2]).toContain(String.raw`,2.0.0,"{""text"":""A \""fine\"" day,\nyes""}",`)
    expect(lines[2]).toMatch(/,(?:positive|negative),positive,\d{4}-[\d-]+T[\d:.]+Z$/)
    expect(lines).toHaveLength(5)

    const paged: string[] = []
    let path: string | undefined = '/api/v1/models/sentiment/feedback.csv?limit=1'
    while (path !== undefined) {
      const page = await call({ path })
      paged.push(...page.text.split('\r\n').slice(1, -1))
      path = /^<(.+)>; rel="next"$/.exec(String(page.headers['link']))?.[1]
    }
    expect(paged).toEqual(lines.slice(1, -1))
    const old = await call({ path: '/api/v1/models/sentiment/feedback.csv?version=1.0.0' })
    expect(old.text.split('\r\n').slice(1, -1)).toEqual([lines[3]])
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=10001', 'limit'],
    ['cursor=forged', 'cursor'],
    ['limit=1&limit=2', 'limit'],
    ['format=json', 'format'],
  ])('%s is refused with its field', async (query, field) => {
    const { status, json } = await call({ path: `/api/v1/models/iris/feedback.csv?${query}` })
    expect(status).toBe(422)
    expect(json['errors']).toMatchObject([{ field }])
  })

  test('of no model is none', async () => {
    expect((await call({ path: '/api/v1/models/gpt/feedback.csv' })).status).toBe(404)
  })
})

test('accuracy by feedback is on the page of metrics after a scrape', async () => {
  const fresh = await startTestServer()
  const { json } = await fresh.call({ path: '/api/v1/predict', body: SETOSA })
  const path = `/api/v1/predictions/${String(json['prediction_id'])}/feedback`
  await fresh.call({ path, body: { label: 'setosa' } })
  const page = async (): Promise<string> => (await fresh.call({ path: '/metrics' })).text
  await expect
    .poll(page)
    .toMatch(/^model_feedback_accuracy\{model_name="iris",version="1.0.0"\} 1$/m)
  expect(await page()).toMatch(/^model_feedback_samples\{model_name="iris",version="1.0.0"\} 1$/m)
  expect(await page()).toMatch(
    /^model_feedback_accuracy\{model_name="digits",version="1.0.0"\} NaN$/m,
  )
})
