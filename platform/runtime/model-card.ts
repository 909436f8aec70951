import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be a sha256 in hex' })

const versionCard = z.object({
  description: z.string(),
  labels: z.array(z.string()),
  /** Batched answers equal single answers, so requests may share one run of the model. */
  batchable: z.boolean(),
  /** Rows in one run of the model. */
  max_batch: z.int().positive(),
  /** Over all that the files were made from: code, data, parameters and lock file. */
  training_digest: sha256,
  /** Every file of the version's folder with its sha256. */
  files: z.record(z.string().regex(/^[\w.-]+$/), sha256),
  parity: z.object({
    cases: z.int().positive(),
    tolerance: z.number().positive(),
    largest_difference: z.number(),
    /** Cases that the exported file gives another label than its original does. */
    label_disagreements: z.int().nonnegative().optional(),
  }),
  /** What the training script measured, on the data that it names. */
  quality: z.looseObject({ evaluation: z.string() }),
})

const modelCard = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  title: z.string(),
  task: z.string(),
  description: z.string(),
  aliases: z.array(z.string()),
  default_version: z.string(),
  versions: z.record(z.string().regex(/^\d+\.\d+\.\d+$/), versionCard),
})

export type ModelCard = z.infer<typeof modelCard>
export type VersionCard = z.infer<typeof versionCard>

/**
 * Reads the front matter of `<folder>/model-card.md`.
 * Throws with the file and the field when it does not fit, or when it names another model than the folder.
 */
export const readModelCard = async (folder: string): Promise<ModelCard> => {
  const file = path.join(folder, 'model-card.md')
  const frontMatter = /^---\n(.*?)\n---\n/s.exec(await readFile(file, 'utf8'))?.[1]
  if (frontMatter === undefined) throw new Error(`${file} has no front matter between --- lines`)
  const parsed = modelCard.safeParse(parse(frontMatter))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  const card = parsed.data
  if (card.name !== path.basename(folder)) {
    throw new Error(
      `${file} is the card of "${card.name}", but its folder is ${path.basename(folder)}`,
    )
  }
  if (!(card.default_version in card.versions)) {
    throw new Error(`${file}: default_version ${card.default_version} is not among its versions`)
  }
  return card
}

/** The tag of a version in addresses: 1.2.0 → `v1-2-0`. */
export const tagOf = (version: string): string => `v${version.replaceAll('.', '-')}`
