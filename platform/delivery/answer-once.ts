import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { call, type Answer } from '#platform/tools/local-request.ts'
import { DeliveryError } from './delivery-error.ts'

/** Waking a function from nothing on a busy machine. */
const ANSWER_MS = 60_000
/** Rows are written behind the answer. */
const RECORD_MS = 15_000
const LOOK_MS = 200
const SHOWN_CHARACTERS = 44

export type Prediction = {
  model: string
  version: string
  revision: string
  answer: string
  confidence: string
  milliseconds: number
  through: string
}

type Json = Record<string, unknown>

/** Of a row as the gateway answers it, what the table shows. */
const row = z.object({
  model: z.string(),
  version: z.string(),
  revision: z.string(),
  result: z.record(z.string(), z.json()),
  confidence: z.number().nullable(),
})

const ask = (port: number, host: string, path: string, body?: unknown): Promise<Answer> =>
  call({ port, host, path, body, timeoutMs: ANSWER_MS })

const succeed = async (port: number, host: string, path: string, body?: unknown): Promise<Json> => {
  const { status, json, text } = await ask(port, host, path, body).catch((cause: Error) => {
    throw new DeliveryError(
      `Nothing answers at 127.0.0.1:${port} for ${host}: ${cause.message}\n  remedy: HOST_PORT must be the one that the cluster was made with (docker port <cluster>-control-plane)`,
      { cause },
    )
  })
  if (status === 200) return json
  throw new DeliveryError(
    `http://${host}:${port}${path} answered ${status}: ${text.slice(0, 500)}\n  remedy: look at what answered: kubectl -n inlet logs -l app.kubernetes.io/part-of=inlet --all-containers --tail=20`,
  )
}

/** The row of a prediction, read through the gateway once it is written. */
const recordOf = async (port: number, id: string): Promise<z.infer<typeof row>> => {
  const deadline = Date.now() + RECORD_MS
  for (;;) {
    const { status, json, text } = await ask(port, 'localhost', `/api/v1/predictions/${id}`)
    if (status === 200) return row.parse(json)
    if (Date.now() > deadline) {
      throw new DeliveryError(
        `The prediction ${id} was answered, but is not in the database after ${RECORD_MS / 1000} s (${status}: ${text.slice(0, 300)})\n  remedy: see what the recorder says: kubectl -n inlet logs -l app.kubernetes.io/part-of=inlet --all-containers --tail=20`,
      )
    }
    await pause(LOOK_MS)
  }
}

/** The first field of an answer says what the model thinks: a label, a digit, a summary. */
const shown = (result: Json): string => {
  const [first = ''] = Object.values(result)
  const text = typeof first === 'string' ? first : JSON.stringify(first)
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text
}

const predict = async (
  port: number,
  host: string,
  path: string,
  body: unknown,
  through: string,
): Promise<Prediction> => {
  const start = performance.now()
  const answer = await succeed(port, host, path, body)
  const milliseconds = Math.round(performance.now() - start)
  const id = z.string().parse(answer['prediction_id'])
  const { model, version, revision, result, confidence } = await recordOf(port, id)
  return {
    model,
    version,
    revision,
    answer: shown(result),
    confidence: confidence === null ? '' : String(confidence),
    milliseconds,
    through,
  }
}

/** Predicts once at a model's own address and reads the row of it. Throws DeliveryError. */
export const predictDirectly = (
  port: number,
  model: string,
  example: unknown,
): Promise<Prediction> =>
  predict(port, `${model}.localhost`, '/predict', example, `${model}.localhost`)

/** Predicts once through the gateway's API and reads the row of it. Throws DeliveryError. */
export const predictThroughGateway = (
  port: number,
  model: string,
  example: object,
): Promise<Prediction> =>
  predict(port, 'localhost', '/api/v1/predict', { model, ...example }, 'localhost/api/v1')
