import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { VersionAssets } from './define-function.ts'
import type { VersionCard } from './model-card.ts'

const MODEL_FILE = 'model.onnx'

export type VersionFolder = VersionAssets & {
  readonly modelPath: string
  readonly modelBytes: number
}

/**
 * Reads `<folder>/versions/<version>` and holds each file against the sha256 of the card.
 * Throws when a file is missing, differs, or is not on the card.
 */
export const readVersionFolder = async (
  folder: string,
  version: string,
  card: VersionCard,
): Promise<VersionFolder> => {
  const directory = path.join(folder, 'versions', version)
  const present = await readdir(directory)
  const unlisted = present.filter((file) => !(file in card.files))
  if (unlisted.length > 0)
    throw new Error(`${directory} holds ${unlisted.join(', ')}, not on the card`)
  const contents = new Map<string, Buffer>()
  await Promise.all(
    Object.entries(card.files).map(async ([file, expected]) => {
      if (!present.includes(file))
        throw new Error(`${directory} lacks ${file}, which the card lists`)
      const content = await readFile(path.join(directory, file))
      const actual = createHash('sha256').update(content).digest('hex')
      if (actual !== expected) {
        throw new Error(
          `${path.join(directory, file)} has sha256 ${actual}, the card says ${expected}`,
        )
      }
      contents.set(file, content)
    }),
  )
  const model = contents.get(MODEL_FILE)
  if (model === undefined) throw new Error(`${directory}: the card lists no ${MODEL_FILE}`)
  contents.delete(MODEL_FILE)
  return {
    version,
    labels: card.labels,
    has: (file) => contents.has(file),
    json: (file) => {
      const content = contents.get(file)
      if (content === undefined) throw new Error(`${directory} has no ${file}`)
      return JSON.parse(content.toString('utf8'))
    },
    modelPath: path.join(directory, MODEL_FILE),
    modelBytes: model.byteLength,
  }
}
