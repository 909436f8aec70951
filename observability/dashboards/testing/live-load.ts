import path from 'node:path'
import { modelFolders, readModel } from '#platform/runtime/read-models.ts'
import { call, type Answer } from '#platform/tools/local-request.ts'
import type { Only } from '../grafana/panel.ts'
import type { Asked } from './check-panel.ts'

const FUNCTIONS = path.resolve(import.meta.dirname, '../../../functions')
/** As many as drift needs, and requests in progress at a time. */
const INSTANCES = 200
const AT_ONCE = 16

const models = await Promise.all((await modelFolders(FUNCTIONS)).map(readModel))

/** Every version of the repository, and what its model can show. */
export const SERVED: readonly Asked[] = models.flatMap(({ card, definition }) => {
  const facts = new Set<Only>(definition.outcomes === undefined ? [] : ['models with confidence'])
  return Object.keys(card.versions).map((version) => ({ model: card.name, version, facts }))
})

const exampleOf = (name: string): object =>
  models.find(({ card }) => card.name === name)!.definition.example as object

/** Bodies that hold so many instances; as few requests as the model's input allows. */
const bodiesOf = (model: string, example: object): object[] => {
  const [[field, value] = ['', null]] = Object.entries(example)
  if (field === 'features') {
    return [{ features: Array.from({ length: INSTANCES }, () => (value as unknown[])[0]) }]
  }
  if (model === 'sentiment') {
    const texts = Array.from({ length: INSTANCES / 2 }, () => value as string)
    return [{ texts }, { texts }]
  }
  // One sentence costs a fifth of the example's.
  const body = field === 'text' ? { text: 'The ferry to Holm has run since 1911.' } : example
  return Array.from({ length: INSTANCES }, () => body)
}

export const createLoad = (port: number) => {
  const predict = (body: object): Promise<Answer> => call({ port, path: '/api/v1/predict', body })

  /** What the model said, said again: right for every instance, as far as this can know. */
  const agree = async ({ json }: Answer): Promise<void> => {
    const { prediction_id: id, result } = json as {
      prediction_id: string
      result: { label?: string; digit?: number; labels?: string[]; results?: { label: string }[] }
    }
    const labels = result.labels ?? result.results?.map(({ label }) => label)
    const label = result.label ?? (result.digit === undefined ? undefined : String(result.digit))
    const body = labels ? { labels } : label ? { label } : { correct: true }
    const { status, text } = await call({ port, path: `/api/v1/predictions/${id}/feedback`, body })
    if (status !== 200) throw new Error(`feedback was answered ${status}: ${text}`)
  }

  const answered = async (body: object): Promise<Answer> => {
    const answer = await predict(body)
    if (answer.status !== 200)
      throw new Error(`a prediction was answered ${answer.status}: ${answer.text}`)
    return answer
  }

  return {
    /** Enough instances of every version for drift. */
    warm: async (): Promise<void> => {
      const jobs = SERVED.flatMap(({ model, version }) =>
        bodiesOf(model, exampleOf(model)).map((body) => ({ model, version, ...body })),
      )
      const work = async (): Promise<void> => {
        for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) await answered(job)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
    },
    /** One prediction of every version that is answered and judged, and one that is refused. */
    round: async (): Promise<void> => {
      await Promise.all(
        SERVED.map(async ({ model, version }) => {
          await agree(await answered({ model, version, ...exampleOf(model) }))
          // To the function itself, which counts what it refuses.
          const host = `v${version.replaceAll('.', '-')}-${model}.localhost`
          const { status } = await call({ port, host, path: '/predict', body: {} })
          if (status !== 422) throw new Error(`a wrong input was answered ${status}`)
        }),
      )
      await predict({ model: models[0]!.card.name, text: 'of another model' })
    },
  }
}
