import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { contentHash, functionFiles } from './images.ts'

const sourceTree = async () => {
  const folder = temporaryFolder()
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true })
    await writeFile(path.join(folder, file), text)
  }
  await write('package-lock.json', '{}')
  await write('platform/runtime/serve.ts', 'serve')
  await write('functions/rose/handler.ts', 'handle')
  await write('functions/rose/versions/1.0.0/model.onnx', 'weights')
  return { write, hash: () => contentHash(functionFiles('rose'), folder) }
}

/** The name before and after a file is written. */
const namesAround = async (file: string): Promise<[string, string]> => {
  const { write, hash } = await sourceTree()
  const before = await hash()
  await write(file, 'changed')
  return [before, await hash()]
}

test('an image is named by twelve digits, the same each time', async () => {
  const { hash } = await sourceTree()
  expect(await hash()).toMatch(/^[0-9a-f]{12}$/)
  expect(await hash()).toBe(await hash())
})

test.each([
  'functions/rose/handler.ts',
  'functions/rose/model-card.md',
  'functions/rose/versions/1.0.0/model.onnx',
  'functions/rose/versions/2.0.0/model.onnx',
  'platform/runtime/serve.ts',
  'platform/deploy/Dockerfile',
  'db/migrations/0001.sql',
  'package-lock.json',
])('a change of %s gives it another name', async (file) => {
  const [before, after] = await namesAround(file)
  expect(after).not.toBe(before)
})

test.each([
  'functions/rose/handler.test.ts',
  'functions/rose/service.yaml',
  'functions/tulip/handler.ts',
  'platform/testing/http.ts',
  'platform/runtime/recorder/testing/fakes.ts',
  'README.md',
])('a change of %s leaves its name', async (file) => {
  const [before, after] = await namesAround(file)
  expect(after).toBe(before)
})
