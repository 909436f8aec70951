import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyFunctionDefinition } from './define-function.ts'
import { readModelCard, type ModelCard } from './model-card.ts'

/** A folder of functions/: its card and its handler. */
export type Model = {
  readonly folder: string
  readonly card: ModelCard
  readonly definition: AnyFunctionDefinition
}

/** A mistake in the file is named by it: Node's own message says only what, not where. */
const importHandler = (file: string): Promise<{ default?: AnyFunctionDefinition }> =>
  import(pathToFileURL(file).href).catch((cause: Error) => {
    throw new Error(`${file}: ${cause.message}`, { cause })
  })

/** An image holds the handler without its types: stripping them costs a start some 40 ms. */
const handlerOf = (folder: string): string => {
  const bundled = path.join(folder, 'handler.js')
  return existsSync(bundled) ? bundled : path.join(folder, 'handler.ts')
}

/** Reads one model's card and handler; throws with the file that does not fit. */
export const readModel = async (folder: string): Promise<Model> => {
  const handler = handlerOf(folder)
  const [card, module] = await Promise.all([readModelCard(folder), importHandler(handler)])
  const definition = module.default
  if (definition?.input === undefined)
    throw new Error(`${handler} must export default defineFunction(…)`)
  return { folder, card, definition }
}

/** Every model of a folder of models, by name; a subfolder without a card is none. */
export const modelFolders = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  return folders.toSorted().map((name) => path.join(directory, name))
}
