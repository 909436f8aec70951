import type { Answer } from '#platform/tools/local-request.ts'
import { ask, predictByGateway } from './target.ts'
import { until } from './until.ts'

export type Row = {
  prediction_id: string
  model: string
  version: string
  revision: string
  status: number
  input: unknown
  result: unknown
  request_id: string | null
  trace_id: string | null
  created_at: string
}

/** One row of the log through the gateway, or null when there is none. */
export const findRow = async (id: string): Promise<Row | null> => {
  const { status, json, text } = await ask({ path: `/api/v1/predictions/${id}` })
  if (status === 404) return null
  if (status !== 200) throw new Error(`the log answered ${status}: ${text.slice(0, 300)}`)
  return json as unknown as Row
}

/** One prediction through the gateway whose row is there: at once, or, where its answer says "recorded": false, later. */
export const predictAndRecord = async (model: string, version?: string): Promise<Answer> => {
  const answer = await predictByGateway(model, version)
  const { prediction_id: id, recorded } = answer.json
  if (recorded === false) {
    await until('the row follows its answer', () => findRow(String(id)))
  }
  return answer
}

/** Every row of a model since a time, through the gateway's pages. */
export const rowsSince = async (model: string, from: Date): Promise<Row[]> => {
  const rows: Row[] = []
  let cursor: string | null = null
  do {
    const filter = new URLSearchParams({ model, from: from.toISOString(), limit: '200' })
    if (cursor !== null) filter.set('cursor', cursor)
    const { status, json, text } = await ask({ path: `/api/v1/predictions?${filter.toString()}` })
    if (status !== 200) throw new Error(`the log answered ${status}: ${text.slice(0, 300)}`)
    rows.push(...(json['predictions'] as Row[]))
    cursor = json['next_cursor'] as string | null
  } while (cursor !== null)
  return rows
}

/** Waits until the gateway shows a row of every one of these predictions. */
export const untilRecorded = async (
  model: string,
  ids: readonly string[],
  from: Date,
  seconds = 60,
): Promise<void> => {
  let missing: string[] = [...ids]
  try {
    await until(
      'every prediction has its row',
      async () => {
        const there = new Set((await rowsSince(model, from)).map((row) => row.prediction_id))
        missing = ids.filter((id) => !there.has(id))
        return missing.length === 0
      },
      { seconds, everyMs: 1000 },
    )
  } catch (cause) {
    const some = missing.slice(0, 3).join(', ')
    throw new Error(`${missing.length} of ${ids.length} rows are missing, such as ${some}`, {
      cause,
    })
  }
}
