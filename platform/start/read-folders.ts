import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from '#observability/logger.ts'
import { modelFolders, readModel, type Model } from '#platform/runtime/read-models.ts'
import { StartError } from './start-error.ts'

export type Folders = {
  models: Model[]
  /** Names of folders whose card or handler cannot be read; the log says why. */
  unreadable: string[]
}

/** Versions that answer nothing, because their card does not list them; an image of the gateway holds none. */
const unlistedVersions = async ({ folder, card }: Model): Promise<string[]> => {
  const versions = await readdir(path.join(folder, 'versions')).catch(() => [])
  return versions.filter((version) => !(version in card.versions))
}

/** Reads every folder of models; throws StartError when there is no such place. */
export const readFolders = async (directory: string, logger: Logger): Promise<Folders> => {
  const folders = await modelFolders(directory).catch((cause: NodeJS.ErrnoException) => {
    throw new StartError(`FUNCTIONS_DIRECTORY=${directory} cannot be read (${cause.code})`, {
      cause,
    })
  })
  const unreadable: string[] = []
  const models = await Promise.all(
    folders.map((folder) =>
      readModel(folder).catch((thrown: Error) => {
        const name = path.basename(folder)
        unreadable.push(name)
        logger.error({ model: name, reason: thrown.message }, 'the model cannot be read')
        return null
      }),
    ),
  )
  const readable = models.filter((model) => model !== null)
  for (const model of readable) {
    const versions = await unlistedVersions(model)
    if (versions.length > 0) {
      logger.warn({ model: model.card.name, versions }, 'these versions are not on the card')
    }
  }
  return { models: readable, unreadable }
}
