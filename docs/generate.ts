import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { writeDashboards } from '#observability/dashboards/generate.ts'
import { writeBurnRates } from '#observability/rules/generate.ts'
import { metricTables } from './metric-tables.ts'
import { ERRORS } from '../platform/runtime/errors.ts'
import { modelFolders, readModel } from '../platform/runtime/read-models.ts'
import { referenceSketch } from '../platform/runtime/reference-sketch.ts'

const root = path.resolve(import.meta.dirname, '..')

const percent = (value: unknown): string => `${(Number(value) * 100).toFixed(1)} %`

/** The figure that says most of a version, from what its card measured. */
const headline = (quality: Record<string, unknown>): string => {
  if ('accuracy' in quality) {
    const [low, high] = (quality['accuracy_interval_95'] as unknown[]).map(percent)
    return `accuracy ${percent(quality['accuracy'])} (${low} to ${high}) on ${String(quality['rows'])} rows not learnt from`
  }
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
  ...metricTables,
}

/** A document with its generated parts, `<!-- name --> … <!-- /name -->`, made anew. */
export const generate = async (document: string): Promise<string> => {
  let text = document
  for (const [name, make] of Object.entries(sections)) {
    const pattern = new RegExp(`(<!-- ${name} -->\n)(?:[^]*?\n)??(<!-- /${name} -->)`)
    const made = await make()
    text = text.replace(pattern, (_, start: string, end: string) => `${start}${made}\n${end}`)
  }
  return text
}

/** Documents that hold generated parts. */
export const DOCUMENTS = ['README.md', 'docs/API.md', 'docs/METRICS.md'].map((file) =>
  path.join(root, file),
)

/** What Python holds a reference.json against before it writes one; what goes beyond JSON Schema is only in Zod's. */
export const SCHEMA = path.join(root, 'training/inlet_training/export/reference.schema.json')

/** The JSON Schema of a reference.json, as its file holds it. */
export const generateSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(referenceSketch), null, 2)}\n`

if (import.meta.main) {
  await writeFile(SCHEMA, generateSchema())
  writeDashboards()
  writeBurnRates()
  for (const file of DOCUMENTS) await writeFile(file, await generate(await readFile(file, 'utf8')))
}
