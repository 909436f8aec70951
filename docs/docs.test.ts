import { access, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { DOCUMENTS, generate, generateSchema, SCHEMA } from './generate.ts'

const root = path.resolve(import.meta.dirname, '..')

test.each(DOCUMENTS)('%s is what its sources make it; if not: npm run docs', async (file) => {
  const text = await readFile(file, 'utf8')
  expect(text).toMatch(/<!-- [\w.-]+ -->/)
  expect(await generate(text)).toBe(text)
})

test('the JSON Schema of reference sketches is what Zod makes of theirs; if not: npm run docs', async () => {
  expect(await readFile(SCHEMA, 'utf8')).toBe(generateSchema())
})

test.each([
  'README.md',
  'CONTRIBUTING.md',
  'docs/ARCHITECTURE.md',
  'docs/API.md',
  'docs/DEPLOYMENT.md',
  'docs/LOAD_TEST.md',
  'docs/METRICS.md',
  'docs/RUNBOOK.md',
  'docs/TRAINING.md',
])('every link of %s leads somewhere', async (file) => {
  const text = await readFile(path.join(root, file), 'utf8')
  const links = [...text.matchAll(/\]\(((?!http)[^)#]+)/g)].map(([, link]) => link!)
  for (const link of links) {
    await expect(
      access(path.resolve(root, path.dirname(file), link)),
      link,
    ).resolves.toBeUndefined()
  }
})

test.each(['docs/METRICS.md', 'docs/RUNBOOK.md'])(
  '%s has nobody run TypeScript with a Node of their own, which may be too old',
  async (file) => {
    expect(await readFile(path.join(root, file), 'utf8')).not.toMatch(/\bnode \S+\.ts\b/)
  },
)

test('every make target that a document names exists', async () => {
  const makefile = await readFile(path.join(root, 'Makefile'), 'utf8')
  for (const file of [
    'README.md',
    'CONTRIBUTING.md',
    'docs/ARCHITECTURE.md',
    'docs/DEPLOYMENT.md',
    'docs/LOAD_TEST.md',
    'docs/METRICS.md',
    'docs/RUNBOOK.md',
    'docs/TRAINING.md',
  ]) {
    const text = await readFile(path.join(root, file), 'utf8')
    for (const [, target] of text.matchAll(/(?:^|`|[A-Z]=\S+ )make ([a-z0-9-]+)/gm)) {
      expect(makefile, `${file}: make ${target}`).toMatch(new RegExp(`^${target}:`, 'm'))
    }
  }
})

test('every file that the architecture names exists', async () => {
  const text = await readFile(path.join(root, 'docs/ARCHITECTURE.md'), 'utf8')
  const named = [
    ...text.matchAll(/`((?:platform|db|observability|training|functions|bench)\/[\w./-]*)`/g),
  ]
  expect(named.length).toBeGreaterThan(5)
  for (const [, file] of named) {
    await expect(access(path.join(root, file!)), file).resolves.toBeUndefined()
  }
})
