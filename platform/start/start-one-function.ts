import path from 'node:path'
import { tagOf } from '#platform/runtime/model-card.ts'
import { readModel } from '#platform/runtime/read-models.ts'
import { StartError } from './start-error.ts'
import { startFunction, type Parts, type Shared } from './start-functions.ts'

/** ROLE=function: one version of one model. Throws StartError when the settings name none. */
export const startOneFunction = async (shared: Shared): Promise<Parts> => {
  const { FUNCTIONS_DIRECTORY, FUNCTION, MODEL_VERSION } = shared.config
  const model = await readModel(path.join(FUNCTIONS_DIRECTORY, FUNCTION)).catch((cause: Error) => {
    throw new StartError(`FUNCTION=${FUNCTION} cannot be served: ${cause.message}`, { cause })
  })
  const version = MODEL_VERSION || model.card.default_version
  const versions = Object.keys(model.card.versions)
  if (!versions.includes(version)) {
    throw new StartError(`MODEL_VERSION must be one of ${versions.join(', ')}, was "${version}"`)
  }
  const one = await startFunction(shared, model, version)
  const functions = new Map([
    [FUNCTION, one],
    [`${tagOf(version)}-${FUNCTION}`, one],
  ])
  return { models: [model], functions, fetch: one.fetch }
}
