import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createLogger } from '#observability/logger.ts'
import { call } from '#platform/tools/local-request.ts'
import { FUNCTIONS } from '../testing/model-folder.ts'
import { startTestProcess } from '../testing/process.ts'
import { startTestServer } from '../testing/server.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { readFolders } from './read-folders.ts'

const FEATURES = { features: [[5.1, 3.5, 1.4, 0.2]] }
const IMAGE = { image: Array.from({ length: 8 }, () => [0, 0, 8, 16, 16, 8, 0, 0]) }

const ROOT = path.resolve(import.meta.dirname, '../..')

/** A folder of two models, of which the file of iris is spoiled; their handlers find the runtime. */
const spoiledFolder = async (): Promise<string> => {
  const place = temporaryFolder()
  await cp(path.join(ROOT, 'package.json'), path.join(place, 'package.json'))
  await symlink(path.join(ROOT, 'platform'), path.join(place, 'platform'))
  const directory = path.join(place, 'functions')
  for (const model of ['iris', 'digits']) {
    await cp(path.join(FUNCTIONS, model), path.join(directory, model), { recursive: true })
  }
  await writeFile(path.join(directory, 'iris/versions/1.0.0/model.onnx'), 'spoiled')
  return directory
}

test('a model that does not load is up but not ready, and the others of its process go on', async () => {
  const server = await startTestServer({ FUNCTIONS_DIRECTORY: await spoiledFolder() })
  const iris = { host: 'iris.localhost' }
  expect((await server.call({ ...iris, path: '/health' })).text).toBe('{"status":"healthy"}')
  for (const asked of [{ path: '/ready' }, { path: '/predict', body: FEATURES }]) {
    const { status, headers, json } = await server.call({ ...iris, ...asked })
    expect(status).toBe(503)
    expect(headers['retry-after']).toBe('1')
    expect(json['code']).toBe('model_not_ready')
    expect(json['detail']).toBe('The model of iris 1.0.0 is not loaded; the log says why')
  }
  const through = await server.call({
    path: '/api/v1/predict',
    body: { model: 'iris', ...FEATURES },
  })
  expect(through.status).toBe(503)

  const digits = { host: 'digits.localhost' }
  expect((await server.call({ ...digits, path: '/ready' })).status).toBe(200)
  expect((await server.call({ ...digits, path: '/predict', body: IMAGE })).status).toBe(200)

  const { text } = await server.call({ path: '/metrics' })
  for (const line of [
    /^model_loaded\{model_name="iris",version="1\.0\.0",revision="local"\} 0$/m,
    /^model_loaded\{model_name="digits",version="1\.0\.0",revision="local"\} 1$/m,
    /^active_models 1$/m,
    /^prediction_errors_total\{model_name="iris",.*code="model_not_ready"\} 2$/m,
    /^predictions_total\{model_name="iris",.*outcome="unavailable"\} 2$/m,
    /^predictions_in_flight\{model_name="iris",.*\} 0$/m,
    /^api_errors_total\{endpoint="\/api\/v1\/predict",model_name="iris",status="503"\} 1$/m,
    /^database_up 1$/m,
  ]) {
    expect(text).toMatch(line)
  }
  expect(text).not.toMatch(/^model_load_seconds\{model_name="iris"/m)
})

test('a model whose card cannot be read is known and not ready, at its address and through the gateway', async () => {
  const directory = await spoiledFolder()
  await writeFile(path.join(directory, 'iris/model-card.md'), '')
  const server = await startTestServer({ FUNCTIONS_DIRECTORY: directory })
  for (const asked of [
    { host: 'iris.localhost', path: '/predict', body: FEATURES },
    { path: '/api/v1/predict', body: { model: 'iris', ...FEATURES } },
    { path: '/api/v1/models/iris' },
  ]) {
    const { status, json } = await server.call(asked)
    expect([status, json['code']]).toEqual([503, 'model_not_ready'])
  }
  expect((await server.call({ path: '/api/v1/models/digits' })).status).toBe(200)
  expect((await server.call({ path: '/metrics' })).text).toMatch(
    /^model_loaded\{model_name="iris",version="unknown",revision="local"\} 0$/m,
  )
})

test('a function alone stays up without its model, and its log says why', async () => {
  const iris = startTestProcess({
    ROLE: 'function',
    FUNCTION: 'iris',
    FUNCTIONS_DIRECTORY: await spoiledFolder(),
  })
  const port = (await iris.port())!
  expect((await call({ port, path: '/health' })).status).toBe(200)
  expect((await call({ port, path: '/ready' })).json['code']).toBe('model_not_ready')
  expect((await call({ port, path: '/predict', body: FEATURES })).status).toBe(503)
  const { text } = await call({ port, path: '/metrics' })
  expect(text).toMatch(/^model_loaded\{model_name="iris".*\} 0$/m)
  expect(text).toMatch(/^active_models 0$/m)
  // Which no probe's refusal buries.
  expect(iris.output()).toContain('the model did not load')
  expect(iris.output()).not.toContain('"endpoint":"/ready"')
  iris.child.kill('SIGTERM')
  expect(await iris.ended).toBe(0)
})

test('a version that its card does not list is named in the log: nothing answers for it', async () => {
  const directory = await spoiledFolder()
  await mkdir(path.join(directory, 'iris/versions/9.9.9'))
  const lines: string[] = []
  const logger = createLogger('warn', { write: (line) => void lines.push(line) })
  const { models } = await readFolders(directory, logger)
  expect(models.map(({ card }) => card.name)).toEqual(['digits', 'iris'])
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ model: 'iris', versions: ['9.9.9'] }),
  ])
})
