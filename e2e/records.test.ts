import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { holdWrites } from './testing/hold-writes.ts'
import { findRow, predictAndRecord, untilRecorded } from './testing/history.ts'
import { readyPodsOf } from './testing/knative.ts'
import { kubectl } from './testing/kubectl.ts'
import { missingRows, sql } from './testing/postgres.ts'
import { query } from './testing/prometheus.ts'
import { ask, predict } from './testing/target.ts'
import { until } from './testing/until.ts'

test('a prediction through the gateway is a row when its answer is there, or says that the row follows', async () => {
  const { json } = await predictAndRecord('sentiment')
  const id = String(json['prediction_id'])
  const [row] = await sql(
    `select name, version, revision, status, output_data ->> 'label' from predictions
     join model_versions on model_versions.id = model_version_id
     join models on models.id = model_id where predictions.id = '${id}'`,
    'GATEWAY_URL',
  )
  const { label } = json['result'] as { label: string }
  const revision = expect.stringMatching(/^sentiment-\d{5}$/)
  expect(row).toEqual(['sentiment', json['version'], revision, '200', label])
  const revisions = await kubectl('get', 'revisions', '--output=name')
  expect(revisions).toContain(`/${row![2]!}\n`)
  expect(await findRow(id)).toMatchObject({ version: row![1], revision: row![2] })
})

test("a row keeps the caller's names of request and trace", async () => {
  const from = new Date()
  const requestId = randomUUID()
  const traceId = requestId.replaceAll('-', '')
  const { json } = await predict('iris', {
    headers: { 'x-request-id': requestId, traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
  })
  const id = String(json['prediction_id'])
  await untilRecorded('iris', [id], from)
  expect(await findRow(id)).toMatchObject({ request_id: requestId, trace_id: traceId })
})

test('Prometheus counts the predictions of each revision', async () => {
  const from = new Date()
  let id = ''
  for (let count = 0; count < 7; count += 1) {
    id = String((await predict('iris')).json['prediction_id'])
  }
  await untilRecorded('iris', [id], from)
  const { revision, version } = (await findRow(id))!
  const page = await ask({ host: 'iris', path: '/metrics' })
  const line = page.text
    .split('\n')
    .find((one) => /^predictions_total\{.*outcome="success"/.test(one))!
  const counted = Number(line.split(' ')[1])
  expect(counted).toBeGreaterThanOrEqual(7)
  expect(line).toContain(`revision="${revision}"`)
  const labels = `model_name="iris",version="${version}",revision="${revision}",outcome="success"`
  await until(`Prometheus has read ${counted} from a pod of ${revision}`, async () => {
    const pods = await query(`predictions_total{${labels}}`)
    return pods.some(({ value }) => value === counted)
  })
})

test('what a function has not written yet is written when its pod is stopped', async () => {
  const from = new Date()
  await predict('iris')
  const pods = (await readyPodsOf('iris')).map(({ metadata }) => metadata.name)
  const writes = await holdWrites()
  const ids: string[] = []
  try {
    for (let count = 0; count < 20; count += 1) {
      ids.push(String((await predict('iris')).json['prediction_id']))
    }
    await kubectl('delete', 'pod', ...pods, '--wait=false')
    // Knative lets a pod drain for 30 s before its process is told to stop.
    await until('the function is told to stop', async () => {
      const logs = await Promise.all(
        pods.map((pod) => kubectl('logs', pod, '--container=user-container', '--tail=20')),
      )
      return logs.every((log) => log.includes('"msg":"stopping"'))
    })
    expect(await missingRows(ids)).toEqual(ids)
  } finally {
    await writes.release()
  }
  await untilRecorded('iris', ids, from)
})
