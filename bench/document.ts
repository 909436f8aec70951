import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

const FILE = path.resolve(import.meta.dirname, '../docs/LOAD_TEST.md')

/** Writes what was measured between `<!-- name -->` and `<!-- /name -->`. Throws when the document has no such part. */
export const writeSection = async (name: string, text: string): Promise<void> => {
  const document = await readFile(FILE, 'utf8')
  const pattern = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`)
  if (!pattern.test(document)) throw new Error(`${FILE} has no part <!-- ${name} -->`)
  const put = (_: string, start: string, end: string): string => `${start}${text.trim()}\n${end}`
  await writeFile(FILE, document.replace(pattern, put))
}

/** A Markdown table; columns of figures stand to the right. */
export const table = (
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string => {
  const isNumber = head.map((_, column) => rows.every((row) => typeof row[column] === 'number'))
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  const rule = `|${isNumber.map((right) => (right ? '--:' : '---')).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
