import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** The folder that holds the shipped models. */
export const FUNCTIONS = path.resolve(import.meta.dirname, '../../functions')

/** A copy of a shipped model that a test may spoil. */
export const copyModel = async (model: string): Promise<string> => {
  const folder = path.join(temporaryFolder(), model)
  await cp(path.join(FUNCTIONS, model), folder, { recursive: true })
  return folder
}

/** Rewrites a text file of a copied model. */
export const edit = async (file: string, change: (content: string) => string): Promise<void> =>
  writeFile(file, change(await readFile(file, 'utf8')))
