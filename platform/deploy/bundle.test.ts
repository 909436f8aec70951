import { cp, symlink } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { call } from '#platform/tools/local-request.ts'
import { DATABASE_AWAY } from '../testing/database-away.ts'
import { startTestProcess } from '../testing/process.ts'
import { runProgram } from '#platform/tools/run-program.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** As the Dockerfile lays out a function's image. */
const bundleOf = async (model: string): Promise<string> => {
  const folder = temporaryFolder()
  for (const what of ['platform', model]) {
    await runProgram(process.execPath, [path.join(import.meta.dirname, 'bundle.ts'), what, folder])
  }
  const shipped = `functions/${model}`
  for (const part of ['versions', 'model-card.md']) {
    await cp(path.join(root, shipped, part), path.join(folder, shipped, part), { recursive: true })
  }
  await cp(path.join(import.meta.dirname, 'image.package.json'), path.join(folder, 'package.json'))
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  return folder
}

test.each([
  ['iris', { features: [[5.1, 3.5, 1.4, 0.2]] }, { labels: ['setosa'] }],
  // In a thread of its own, with a tokenizer.
  ['sentiment', { text: 'A splendid idea.' }, { label: 'positive', model_version: '2.0.0' }],
])('the bundle that an image runs answers (%s)', async (model, input, answer) => {
  const folder = await bundleOf(model)
  const running = startTestProcess(
    { ROLE: 'function', FUNCTION: model, ...DATABASE_AWAY },
    path.join(folder, 'platform/start/main.js'),
  )
  const port = await running.port()
  expect(port, running.output()).not.toBeNull()
  const { status, json } = await call({ port: port!, path: '/predict', body: input })
  expect(status).toBe(200)
  expect(json).toMatchObject(answer)
  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(0)
})
