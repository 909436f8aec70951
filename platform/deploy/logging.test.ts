import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { call } from '#platform/tools/local-request.ts'
import { DATABASE_AWAY } from '../testing/database-away.ts'
import { startTestProcess } from '../testing/process.ts'

type Plugin = Record<string, string>
type Configuration = {
  parsers: Plugin[]
  pipeline: { inputs: Plugin[]; filters: (Plugin & { remove_key?: string[] })[]; outputs: Plugin[] }
}

const read = async (file: string): Promise<Configuration> =>
  parse(await readFile(path.join(import.meta.dirname, file), 'utf8')) as Configuration

const { parsers, pipeline } = await read('logging/fluent-bit.yaml')
const outputOf = async (overlay: string): Promise<Plugin> =>
  (await read(`overlays/${overlay}/output.yaml`)).pipeline.outputs[0]!
const parser = (name: string): Plugin => parsers.find((one) => one['name'] === name)!

/**
 * What `multiline.parser: cri` reads.
 * https://github.com/fluent/fluent-bit/blob/v5.0.5/src/multiline/flb_ml_parser_cri.c
 */
const FRAME = /^(?<time>.+?) (?<stream>stdout|stderr) (?<_p>F|P) (?<log>.*)$/

/** strptime's directives as a pattern; %L is Fluent Bit's own, for decimals of a second. */
const DIRECTIVES: Record<string, string> = {
  Y: String.raw`\d{4}`,
  m: String.raw`\d\d`,
  d: String.raw`\d\d`,
  H: String.raw`\d\d`,
  M: String.raw`\d\d`,
  S: String.raw`\d\d`,
  L: String.raw`\d{1,9}`,
  z: String.raw`(?:Z|[+-]\d\d:?\d\d)`,
}
const timePattern = (format: string): RegExp =>
  new RegExp(
    `^${format.replace('.', String.raw`\.`).replace(/%(.)/g, (_, one: string) => DIRECTIVES[one]!)}$`,
  )

const FILE = `/var/log/containers/iris-00001-deployment-55b9c4c554-pfjnm_inlet_user-container-${'0a'.repeat(32)}.log`

/** What the filters make of one line of a file, in their order. */
const collect = (file: string, framed: string): Record<string, unknown> => {
  let row: Record<string, unknown> = { ...FRAME.exec(framed)!.groups, file }
  for (const filter of pipeline.filters) {
    const rest = Object.entries(row).filter(([key]) => key !== filter['key_name'])
    if (filter['name'] === 'parser') {
      const text = String(row[filter['key_name']!])
      const found = parseWith(parser(filter['parser']!), text)
      if (found !== null) row = { ...Object.fromEntries(rest), ...found }
    } else {
      const kept = rest.filter(([key]) => !filter.remove_key?.includes(key))
      row = Object.fromEntries(kept)
    }
  }
  return row
}

const parseWith = (how: Plugin, text: string): Record<string, unknown> | null => {
  if (how['format'] === 'regex') return { ...new RegExp(how['regex']!).exec(text)?.groups }
  if (!text.startsWith('{')) return null
  const { [how['time_key']!]: time, ...fields } = JSON.parse(text) as Record<string, unknown>
  expect(time).toMatch(timePattern(how['time_format']!))
  return fields
}

test('the lines that a process prints come out with their fields, and with what their file is called', async () => {
  const iris = startTestProcess({
    ROLE: 'function',
    FUNCTION: 'iris',
    ...DATABASE_AWAY,
  })
  const port = (await iris.port())!
  const headers = { 'x-request-id': 'r1' }
  await call({ port, path: '/predict', headers, body: { features: [[5.1, 3.5, 1.4, 0.2]] } })
  await call({ port, path: '/nothing' })
  iris.child.kill('SIGTERM')
  await iris.ended

  const printed = iris
    .output()
    .split('\n')
    .filter((line) => line !== '')
  const rows = printed.map((line) =>
    collect(FILE, `2026-03-01T12:00:00.123456789Z stdout F ${line}`),
  )
  expect(rows.length).toBeGreaterThan(3)
  for (const row of rows) {
    expect(row).toMatchObject({
      namespace: 'inlet',
      container: 'user-container',
      pod: 'iris-00001-deployment-55b9c4c554-pfjnm',
      stream: 'stdout',
      level: expect.stringMatching(/^(info|warn)$/) as string,
      msg: expect.any(String) as string,
    })
    for (const gone of ['log', 'file', '_p', 'time']) expect(row).not.toHaveProperty(gone)
  }
  expect(rows).toContainEqual(
    expect.objectContaining({ msg: 'prediction', model: 'iris', status: 200, request_id: 'r1' }),
  )
  expect(rows).toContainEqual(expect.objectContaining({ msg: 'request', status: 404 }))
  const other = collect(FILE, '2026-03-01T12:00:00.123456789Z stderr F (node:1) Warning: old')
  expect(other).toMatchObject({
    log: '(node:1) Warning: old',
    namespace: 'inlet',
    stream: 'stderr',
  })
})

test("only the namespace's own files are read, and where reading stopped outlives the pod", () => {
  const [tail] = pipeline.inputs
  expect(tail).toMatchObject({
    path: '/var/log/containers/*_inlet_*.log',
    'multiline.parser': 'cri',
    'storage.type': 'filesystem',
  })
  expect(path.dirname(tail!['db']!)).toBe('/state')
})

test('Loki tells streams apart by bounded labels, Elasticsearch days by indexes', async () => {
  const loki = await outputOf('logging-loki')
  const labels = loki['labels']!.split(',').map((label) => label.trim().split('='))
  expect(labels).toEqual([
    ['job', 'inlet'],
    ...['namespace', 'container', 'model', 'level'].map((name) => [name, `$${name}`]),
  ])
  expect(await outputOf('logging-elasticsearch')).toMatchObject({
    logstash_format: 'on',
    logstash_prefix: 'inlet',
  })
  for (const output of [loki, await outputOf('logging-elasticsearch')]) {
    expect(output).toMatchObject({
      host: expect.stringMatching(/^\$\{\w+\}$/) as string,
      'storage.total_limit_size': expect.any(String) as string,
      retry_limit: 'no_limits',
    })
  }
})
