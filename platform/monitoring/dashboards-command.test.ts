import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { listen } from '#observability/testing/programs.ts'
import { startAnsweringPrometheus } from '#observability/dashboards/testing/answering-prometheus.ts'

const COMMAND = path.join(import.meta.dirname, 'dashboards-command.ts')

const prometheus = await startAnsweringPrometheus('iris', Math.floor(Date.now() / 1_000))
/** As Inlet does, it names the status of its error as Prometheus names how an answer went. */
const other = await listen((_, response) => {
  response.statusCode = 404
  response.end('{"title":"not found","status":404}')
})
afterAll(() => {
  prometheus.close()
  other.close()
})

const draw = (words: readonly string[], settings: Record<string, string> = {}) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env['PATH'], HOST_PORT: '1', PROMETHEUS_PORT: '1', ...settings }
    const child = execFile(process.execPath, [COMMAND, ...words], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode!, stdout, stderr }),
    )
  })

test.each([
  [['localhost:9091'], '"localhost:9091" is no address of a Prometheus: write it like http://'],
  [['http://['], '"http://[" is no address of a Prometheus'],
  [['http://localhost:1'], 'http://localhost:1 does not answer: connect ECONNREFUSED 127.0.0.1:1'],
  [[`http://localhost:${other.port}`], `:${other.port} is no Prometheus: it answers 404`],
  [['http://localhost:1', 'http://localhost:2'], 'One address is enough'],
  [['--nope'], "Unknown option '--nope'; npm run dashboards:draw -- --help lists what there is."],
  [['--minutes', 'abc'], '--minutes must be a whole number from 1, was "abc".'],
  [['--minutes', '0'], '--minutes must be a whole number from 1, was "0".'],
  [['--scrape', '-1'], "Option '--scrape' argument is ambiguous; npm run"],
  [
    [prometheus.address, '--model', 'nope'],
    'has no model nope in the last 60 minutes; it has iris.',
  ],
  [[prometheus.address, '--out', COMMAND], '--out cannot be written: EEXIST'],
])('called with %j it says in words what is wrong', async (words, said) => {
  const { code, stderr } = await draw(words)
  expect(code).toBe(1)
  expect(stderr).toContain(said)
  expect(stderr).not.toContain('    at ')
})

test.each([
  ['the port of make monitoring', { PROMETHEUS_PORT: '2' }, 'http://localhost:2 does not answer'],
  [
    'the address of make status',
    { PROMETHEUS_URL: 'http://localhost:3' },
    'http://localhost:3 does',
  ],
  ['no port', { PROMETHEUS_PORT: 'x' }, 'PROMETHEUS_PORT: must be a whole number from 1 to 65535'],
])('without an address it asks %s', async (_, settings, said) => {
  const { code, stderr } = await draw([], settings)
  expect(code).toBe(1)
  expect(stderr).toContain(said)
})

test('a Prometheus behind the port of the cluster is asked first, and drawn as told', async () => {
  const out = path.join(temporaryFolder(), 'with a space', 'pages')
  const settings = { HOST_PORT: String(prometheus.port) }
  const { code, stdout, stderr } = await draw(['--out', out, '--model', 'iris'], settings)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(4)
  for (const file of stdout.trim().split('\n')) {
    const links = [...readFileSync(file, 'utf8').matchAll(/href="([^"]+)"/g)]
    expect(links.length).toBeGreaterThan(0)
    for (const [, link] of links) {
      const { href, hash } = new URL(link!, pathToFileURL(file))
      const runbook = fileURLToPath(href)
      expect(existsSync(runbook), runbook).toBe(true)
      expect(hash).toMatch(/^#\w/)
    }
  }
})
