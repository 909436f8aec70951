import path from 'node:path'
import type { Logger } from '#observability/logger.ts'
import { modelFolders, readModel, type Model } from '#platform/runtime/read-models.ts'
import { StartError } from './start-error.ts'

export type Folders = {
  models: Model[]
  /** Names of folders whose card or handler cannot be read; the log says why. */
  unreadable: string[]
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
  return { models: models.filter((model) => model !== null), unreadable }
}
