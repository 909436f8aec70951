import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '#db/client.ts'
import { listModelVersions } from '#db/model-versions.ts'
import { START_PHASES } from '#observability/labels.ts'
import { call } from '#platform/tools/local-request.ts'
import { DATABASE_AWAY } from '../testing/database-away.ts'
import { startTestProcess } from '../testing/process.ts'
import { startTestServer } from '../testing/server.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'

const FEATURES = { features: [[5.1, 3.5, 1.4, 0.2]] }

test('every model answers at its own host, and every version at its tag', async () => {
  const { port } = await startTestServer()
  const at = (host: string) =>
    call({ port, host, path: '/predict', body: { text: 'A splendid idea.' } })
  expect((await at('sentiment.localhost')).json['model_version']).toBe('2.0.0')
  expect((await at('v1-0-0-sentiment.localhost')).json['model_version']).toBe('1.0.0')
  expect((await at('v2-0-0-sentiment.localhost')).json['model_version']).toBe('2.0.0')
  const health = await call({ port, host: 'digits.localhost', path: '/health' })
  expect(health.text).toBe('{"status":"healthy"}')
})

test('a process says where things are, answers, and ends with 0 at SIGTERM', async () => {
  const { child, ended, output, port } = startTestProcess()
  const body = { model: 'iris', ...FEATURES }
  const { status } = await call({ port: (await port())!, path: '/api/v1/predict', body })
  expect(status).toBe(200)
  expect(output()).toContain('Inlet is ready at http://localhost:')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test('requests that run are answered before the process ends', async () => {
  const { child, ended, port } = startTestProcess()
  const sentence = 'The committee met again on Tuesday and counted every bridge in the county. '
  const running = call({
    port: (await port())!,
    host: 'summarize.localhost',
    path: '/predict',
    body: { text: sentence.repeat(200) },
    headers: { connection: 'close' },
  })
  const metrics = async () =>
    (await call({ port: (await port())!, path: '/metrics' }).catch(() => ({ text: '' }))).text
  await expect.poll(metrics).toMatch(/^inference_queue_rows\{model_name="summarize".*\} [1-9]/m)
  child.kill('SIGTERM')
  expect((await running).status).toBe(200)
  expect(await ended).toBe(0)
})

test('connections that send nothing, or half a request, do not hold up the end', async () => {
  const { child, ended, port } = startTestProcess()
  const number = (await port())!
  const open = async (sent: string): Promise<Socket> => {
    const socket = connect(number, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(sent)
    return socket
  }
  await Promise.all([open(''), open('POST /predict HTTP/1.1\r\nHost: iris.localhost\r\n')])
  // Answered on a connection that stays open: the ones before have arrived.
  const kept = await open('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(kept, 'data')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test('a folder that is no model is up, never ready, and costs the others nothing', async () => {
  const directory = temporaryFolder()
  await mkdir(path.join(directory, 'rose'))
  const { call: ask } = await startTestServer({ FUNCTIONS_DIRECTORY: directory })
  expect((await ask({ host: 'rose.localhost', path: '/health' })).status).toBe(200)
  expect((await ask({ host: 'rose.localhost', path: '/ready' })).status).toBe(503)
  const answer = await ask({ host: 'rose.localhost', path: '/predict', body: {} })
  expect(answer.json['code']).toBe('model_not_ready')
  expect((await ask({ path: '/metrics' })).text).toMatch(/^model_loaded\{model_name="rose".*\} 0$/m)
  expect((await ask({ path: '/api/v1/models' })).json).toEqual({ models: [] })
})

test('models and versions are registered with what their cards say', async () => {
  const directory = temporaryFolder()
  const server = await startTestServer({ DATA_DIRECTORY: directory })
  await server.close()
  const database = await openDatabase({
    url: '',
    directory,
    poolSize: 1,
    migrate: 'never',
    address: '',
  })
  const registered = await listModelVersions(database)
  await database.close()
  expect(registered.map(({ model, version }) => `${model} ${version}`)).toEqual(
    server.functions.map(({ model, version }) => `${model} ${version}`),
  )
  expect(registered[0]).toMatchObject({
    description: expect.stringContaining('digit'),
    artifactPath: 'functions/digits/versions/1.0.0/model.onnx',
    isActive: true,
  })
})

test('after kill -9 every acknowledged prediction is there', async () => {
  const folder = temporaryFolder()
  const first = startTestProcess({ DATA_DIRECTORY: folder })
  const port = (await first.port())!
  const acknowledged: string[] = []
  const client = async (): Promise<void> => {
    for (;;) {
      const body = { model: 'iris', ...FEATURES }
      const { json } = await call({ port, path: '/api/v1/predict', body })
      if (json['recorded'] !== false) acknowledged.push(json['prediction_id'] as string)
    }
  }
  const load = Promise.allSettled(Array.from({ length: 8 }, client))
  await expect.poll(() => acknowledged.length).toBeGreaterThan(200)
  first.child.kill('SIGKILL')
  await load

  const second = await startTestServer({ DATA_DIRECTORY: folder })
  const listed = new Set<string>()
  let cursor = ''
  do {
    const next = cursor === '' ? '' : `&cursor=${cursor}`
    const { json } = await second.call({ path: `/api/v1/predictions?limit=200${next}` })
    for (const row of json['predictions'] as { prediction_id: string }[])
      listed.add(row.prediction_id)
    cursor = (json['next_cursor'] as string | null) ?? ''
  } while (cursor !== '')
  for (const id of acknowledged) {
    expect(listed).toContain(id)
    expect((await second.call({ path: `/api/v1/predictions/${id}` })).status).toBe(200)
  }
})

test('a second process on the same folder stops and names the first one', async () => {
  const folder = temporaryFolder()
  await startTestServer({ DATA_DIRECTORY: folder })
  const second = startTestProcess({ DATA_DIRECTORY: folder })
  expect(await second.port()).toBeNull()
  expect(await second.ended).toBe(1)
  expect(second.output()).toContain(`in use by process ${process.pid}`)
  expect(second.output()).not.toContain('    at ')
})

test.each([
  [{ PORT: 'eighty' }, 'PORT: must be a whole number from 0 to 65535, was "eighty"'],
  [{ HOST: '192.0.2.1' }, 'Cannot listen on 192.0.2.1'],
  [{ FUNCTIONS_DIRECTORY: '/nowhere' }, 'FUNCTIONS_DIRECTORY=/nowhere cannot be read'],
  [{ ROLE: 'gateway' }, 'GATEWAY_TOKEN: must be set when ROLE is gateway'],
  [{ FUNCTION_URL: 'nonsense' }, 'FUNCTION_URL: must be like'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL:'],
  [{ ROLE: 'function' }, 'FUNCTION: must name a folder'],
  [{ ROLE: 'function', FUNCTION: 'rose' }, 'FUNCTION=rose cannot be served'],
  [
    { ROLE: 'function', FUNCTION: 'iris', MODEL_VERSION: '9' },
    'MODEL_VERSION must be one of 1.0.0',
  ],
  [{ DATABASE_URL: 'mysql://u:secret@h/d' }, 'DATABASE_URL: must begin with postgres://'],
  [
    { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/d' },
    'The database "d" at 127.0.0.1:1 (DATABASE_URL) cannot be used',
  ],
])('a start with %o ends with a sentence', async (environment, sentence) => {
  const { ended, output } = startTestProcess(environment)
  expect(await ended).toBe(1)
  expect(output()).toContain(sentence)
  expect(output()).not.toMatch(/secret|\n {4}at /)
})

test('a port that is taken is named, with what to do', async () => {
  const { port } = await startTestServer()
  const { ended, output } = startTestProcess({ PORT: String(port) })
  expect(await ended).toBe(1)
  expect(output()).toContain(`Port ${port} is taken`)
  expect(output()).toContain(`PORT=${port + 1} make run`)
})

test('the first answer tells how long the start before it took, and the engine keeps no notes', async () => {
  const home = temporaryFolder()
  const iris = startTestProcess({ ROLE: 'function', FUNCTION: 'iris', HOME: home })
  const port = (await iris.port())!
  const answer = async () => {
    const { headers } = await call({ port, path: '/predict', body: FEATURES })
    return headers['server-timing']
  }
  expect(await answer()).toMatch(
    /total;dur=.*start-runtime;dur=\d+, start-code;dur=\d+, start-model;dur=\d+, start-listen;dur=\d+$/,
  )
  expect(await answer()).not.toContain('start-')
  const { text } = await call({ port, path: '/metrics' })
  const phases = text.matchAll(/^start_phase_seconds\{phase="(\w+)"\} [\d.]+$/gm)
  expect(Array.from(phases, ([, phase]) => phase)).toEqual(START_PHASES)
  iris.child.kill('SIGTERM')
  expect(await iris.ended).toBe(0)
  // onnxruntime's usage data would be in .cache/Microsoft.
  expect(await readdir(home)).toEqual([])
})

test('a function without anything to migrate answers before it has seen a database', async () => {
  const folder = temporaryFolder()
  const iris = startTestProcess({
    ROLE: 'function',
    FUNCTION: 'iris',
    ...DATABASE_AWAY,
    DATA_DIRECTORY: folder,
  })
  const { status } = await call({ port: (await iris.port())!, path: '/predict', body: FEATURES })
  expect(status).toBe(200)
  iris.child.kill('SIGTERM')
  expect(await iris.ended).toBe(0)
  // The row waits for the next process.
  expect(await readdir(path.join(folder, 'spill'))).not.toEqual([])
})

test.each([
  ['postgres://u:secret@127.0.0.1:1/d', 'The database "d" at 127.0.0.1:1 (DATABASE_URL) cannot be'],
  ['', 'DATABASE_URL: must be set when ROLE is migrate'],
])('a migration of %j ends with a sentence', async (url, sentence) => {
  const migration = startTestProcess({
    ROLE: 'migrate',
    DATABASE_URL: url,
    MIGRATION_WAIT_SECONDS: '1',
  })
  expect(await migration.ended).toBe(1)
  expect(migration.output()).toContain(sentence)
  expect(migration.output()).not.toMatch(/secret|\n {4}at /)
})

test('gateway and function work the same as processes of their own', async () => {
  const shared = { GATEWAY_TOKEN: 'between-us', RECORD: 'async' }
  const iris = startTestProcess({ ...shared, ROLE: 'function', FUNCTION: 'iris' })
  const irisPort = (await iris.port())!
  const gateway = await startTestServer({
    ...shared,
    ROLE: 'gateway',
    FUNCTION_URL: `http://{host}.localhost:${irisPort}`,
  })
  const body = { model: 'iris', version: '1.0.0', ...FEATURES }
  const answer = await gateway.call({
    path: '/api/v1/predict',
    body,
    headers: { 'x-request-id': 'r1' },
  })
  expect(answer.json).toMatchObject({
    model: 'iris',
    version: '1.0.0',
    result: { predictions: [0] },
  })
  const line = iris
    .output()
    .split('\n')
    .find((one) => one.includes('"request_id":"r1"'))
  expect(JSON.parse(line!)).toMatchObject({ prediction_id: answer.json['prediction_id'] })
  const other = await gateway.call({
    path: '/api/v1/predict',
    body: { model: 'sentiment', text: 'x' },
  })
  expect(other.json['code']).toBe('function_unavailable')
  iris.child.kill('SIGTERM')
  expect(await iris.ended).toBe(0)
})
