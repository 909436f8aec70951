import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

type Source = { file: string; text: string; imports: string[] }

const sources = async (folder: string): Promise<Source[]> => {
  const entries = await readdir(path.join(root, folder), { recursive: true })
  const files = entries.filter((file) => /\.(ts|js)$/.test(file) && !file.endsWith('.test.ts'))
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(path.join(root, folder, file), 'utf8')
      const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
        ([, name]) => name!,
      )
      return { file: path.join(folder, file), text, imports }
    }),
  )
}

const all = (
  await Promise.all(['functions', 'platform', 'observability', 'db'].map(sources))
).flat()
const shipped = all.filter(({ file }) => !/\/testing\/|-testing\.ts$/.test(file))
const within = (folder: string): Source[] => shipped.filter(({ file }) => file.startsWith(folder))
const importing = (pattern: RegExp, some = shipped): string[] =>
  some.filter(({ imports }) => imports.some((name) => pattern.test(name))).map(({ file }) => file)

test('only one file imports onnxruntime-node', () => {
  expect(importing(/^onnxruntime/)).toEqual(['platform/runtime/model-session.ts'])
})

test('only one file reads the environment, and one writes what the engine reads', () => {
  const readers = shipped.filter(({ text }) => text.includes('process.env'))
  expect(readers.map(({ file }) => file)).toEqual([
    'platform/config.ts',
    'platform/runtime/engine-reports.ts',
  ])
})

test('handlers and what stands beside them do no I/O and import nothing but the runtime', () => {
  expect(within('functions/').length).toBeGreaterThan(3)
  expect(importing(/^(?!#runtime$|\.\/)/, within('functions/'))).toEqual([])
  const reaching = within('functions/').filter(({ text }) => /\bfetch\(|\bprocess\./.test(text))
  expect(reaching.map(({ file }) => file)).toEqual([])
})

test('the runtime knows no database, no gateway, no cluster and no model by name', () => {
  const runtime = within('platform/runtime/')
  expect(
    importing(/^#db|^#platform\/(gateway|start)|postgres|drizzle|\.\.\/(gateway|start)/, runtime),
  ).toEqual([])
  const naming = runtime.filter(({ text }) =>
    /['"`/](sentiment|summarize|iris|digits)['"`/]|knative/i.test(text),
  )
  expect(naming.map(({ file }) => file)).toEqual([])
})

test('the gateway reaches functions by HTTP only', () => {
  const gateway = within('platform/gateway/')
  expect(
    importing(/create-function|load-function|runtime\/(predict|batch|infer)\.ts/, gateway),
  ).toEqual([])
})

test('data flows down: nothing below the platform imports from above, but for types', () => {
  const statement =
    /^import\s+(?!type\s)[\w*\s{},]+\s+from\s+'#(?:runtime|platform\/(?!(?:file|directory)-lock))/m
  const upward = [...within('db/'), ...within('observability/')].filter(({ text }) =>
    statement.test(text),
  )
  expect(upward.map(({ file }) => file)).toEqual([])
})

test('what pushes metrics is loaded only by a process that pushes', () => {
  const statement =
    /^import\s+(?!type\s)[^;]*?from\s+'(?:.*push-telemetry\.ts|@opentelemetry\/exporter-metrics-otlp)/m
  expect(shipped.filter(({ text }) => statement.test(text)).map(({ file }) => file)).toEqual([
    'observability/push-telemetry.ts',
  ])
  expect(importing(/push-telemetry\.ts$/)).toEqual(['platform/start/open-telemetry.ts'])
})
