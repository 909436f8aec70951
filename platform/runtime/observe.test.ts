import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { OUTCOMES } from '#observability/labels.ts'
import handler from '../../functions/sentiment/handler.ts'
import { startTestFunction } from '../testing/function.ts'
import { copyModel } from '../testing/model-folder.ts'
import type { FunctionOptions } from './create-function.ts'
import { ERRORS, type ErrorCode } from './errors.ts'
import { outcomeOf } from './observe.ts'

const fail = (): never => {
  throw new Error('broken')
}
const spoiledFolder = async (): Promise<string> => {
  const folder = await copyModel('sentiment')
  await writeFile(path.join(folder, 'versions/1.0.0/model.onnx'), 'spoiled')
  return folder
}
/** Fits when the function starts, and then no more. */
const brokenHandler = (): typeof handler => {
  let calls = 0
  return {
    ...handler,
    postprocess: (...given) => (calls++ > 0 ? fail() : handler.postprocess(...given)),
  }
}

/** How a function is made to answer each error, and what it is asked then. */
const FAILURES: [ErrorCode, Partial<FunctionOptions>, RequestInit?][] = [
  ['malformed_json', {}, { body: '{' }],
  ['body_too_large', { limits: { maxBodyBytes: 1, maxJsonDepth: 16 } }],
  ['unsupported_media_type', {}, { headers: { 'content-type': 'text/plain' } }],
  ['invalid_input', {}, { body: '{}' }],
  ['cancelled', {}, { signal: AbortSignal.abort() }],
  ['inference_failed', { definition: brokenHandler() }],
  ['internal', { recorder: { record: fail, recordAndWait: fail } }],
  ['model_not_ready', { folder: await spoiledFolder() }],
  ['overloaded', { inference: { mode: 'inline', threads: 1, maxQueue: 0 } }],
]

test.each(FAILURES)('%s stands at 0 before it happens', async (code, options, asked) => {
  const sentiment = await startTestFunction('sentiment', '1.0.0', options)
  const counted = async (): Promise<string | undefined> =>
    new RegExp(`^prediction_errors_total\\{.*code="${code}"\\} (\\d+)$`, 'm').exec(
      await sentiment.telemetry.page(),
    )?.[1]
  expect(await counted()).toBe('0')
  const predict = () =>
    sentiment.call('/predict', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ texts: ['Good.', 'Bad.'] }),
      ...asked,
    })
  // Two at once, so that one has to wait.
  await Promise.all([predict(), predict()])
  expect(await counted()).toMatch(/^[1-9]/)
})

test('no error stands there that a function does not answer', async () => {
  const { telemetry } = await startTestFunction('sentiment')
  const page = await telemetry.page()
  const codes = page.matchAll(/^prediction_errors_total\{.*code="(\w+)"\} 0$/gm)
  expect(new Set(codes.map(([, code]) => code))).toEqual(new Set(FAILURES.map(([code]) => code)))
})

test('every outcome is that of some status, and every status has one', () => {
  const statuses = [200, ...Object.values(ERRORS).map(({ status }) => status)]
  expect(new Set(statuses.map(outcomeOf))).toEqual(new Set(OUTCOMES))
})
