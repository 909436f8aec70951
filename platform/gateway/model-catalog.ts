import { InletError } from '#platform/runtime/errors.ts'
import { tagOf } from '#platform/runtime/model-card.ts'
import type { Model } from '#platform/runtime/read-models.ts'

/** Which function answers a request. */
export type Target = {
  readonly model: Model
  readonly version: string
  /** First label of the function's host: `sentiment`, or `v1-0-0-sentiment`. */
  readonly host: string
}

export type ModelCatalog = {
  readonly models: readonly Model[]
  /** The model of this name or alias; throws `unknown_model`, naming those that exist, or `model_not_ready`. */
  find(name: string): Model
  /**
   * The function for a model and, where the request names one, a version.
   * Without a version the model's own address answers, where a cluster's traffic split picks.
   * Throws `unknown_model`, `model_not_ready` or `unknown_version`.
   */
  choose(name: string, version: string | undefined): Target
}

/** The models that the gateway serves, by name and alias; of `unreadable` ones it knows no more than the name. */
export const createModelCatalog = (
  models: readonly Model[],
  unreadable: readonly string[] = [],
): ModelCatalog => {
  const byName = new Map<string, Model>()
  for (const model of models) {
    for (const name of [model.card.name, ...model.card.aliases]) {
      if (byName.has(name)) throw new Error(`two models are called "${name}"`)
      byName.set(name, model)
    }
  }
  const names = models.map(({ card }) => card.name).join(', ')

  const find = (name: string): Model => {
    const model = byName.get(name)
    if (model !== undefined) return model
    if (unreadable.includes(name)) {
      throw new InletError('model_not_ready', {
        detail: `The model ${name} cannot be read; the log says why`,
      })
    }
    const reason = `must be one of ${names}`
    throw new InletError('unknown_model', { problems: [{ field: 'model', reason }] })
  }

  return {
    models,
    find,
    choose: (name, version) => {
      const model = find(name)
      const { card } = model
      if (version === undefined) return { model, version: card.default_version, host: card.name }
      if (Object.hasOwn(card.versions, version)) {
        return { model, version, host: `${tagOf(version)}-${card.name}` }
      }
      const reason = `must be one of ${Object.keys(card.versions).join(', ')}`
      throw new InletError('unknown_version', { problems: [{ field: 'version', reason }] })
    },
  }
}

/** The labels of each version of each model. */
export const versionLabels = ({ models }: Pick<ModelCatalog, 'models'>) =>
  models.flatMap(({ card }) =>
    Object.keys(card.versions).map((version) => ({ model_name: card.name, version })),
  )
