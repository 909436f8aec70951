import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ERRORS } from '../platform/runtime/errors.ts'
import { modelFolders, readModel } from '../platform/runtime/read-models.ts'

const root = path.resolve(import.meta.dirname, '..')

const percent = (value: unknown): string => `${(Number(value) * 100).toFixed(1)} %`

/** The figure that says most of a version, from what its card measured. */
const headline = (quality: Record<string, unknown>): string => {
  if ('accuracy' in quality)
    return `accuracy ${percent(quality['accuracy'])} on ${String(quality['rows'])} held-out rows`
  return `finds ${percent(quality['key_sentence_recall'])} of key sentences (first three: ${percent(quality['first_sentences_recall'])})`
}

const modelTable = async (): Promise<string> => {
  const models = await Promise.all(
    (await modelFolders(path.join(root, 'functions'))).map((folder) => readModel(folder)),
  )
  const rows = models.flatMap(({ card }) =>
    Object.entries(card.versions).map(
      ([version, about]) =>
        `| [${card.name}](functions/${card.name}/model-card.md) | ${version} | ${about.description} | ${headline(about.quality)} |`,
    ),
  )
  return ['| model | version | what it is | measured |', '|---|---|---|---|', ...rows].join('\n')
}

const errorTable = (): string => {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, title }]) => `| ${status} | \`${code}\` | ${title} |`,
  )
  return ['| status | code | meaning |', '|--:|---|---|', ...rows.toSorted()].join('\n')
}

const sections: Record<string, () => Promise<string> | string> = {
  models: modelTable,
  errors: errorTable,
}

/** A document with its generated parts, `<!-- name --> … <!-- /name -->`, made anew. */
export const generate = async (document: string): Promise<string> => {
  let text = document
  for (const [name, make] of Object.entries(sections)) {
    const pattern = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- /${name} -->)`)
    const made = await make()
    text = text.replace(pattern, (_, start: string, end: string) => start + made + end)
  }
  return text
}

/** Documents that hold generated parts. */
export const DOCUMENTS = ['README.md', 'docs/API.md'].map((file) => path.join(root, file))

if (import.meta.main) {
  for (const file of DOCUMENTS) await writeFile(file, await generate(await readFile(file, 'utf8')))
}
