import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { copyModel } from '../testing/model-folder.ts'
import { readModelCard } from './model-card.ts'
import { readVersionFolder } from './version-folder.ts'

const VERSION = '1.0.0'

const open = async (folder: string) => {
  const card = await readModelCard(folder)
  return readVersionFolder(folder, VERSION, card.versions[VERSION]!)
}
const inVersion = (folder: string, file: string): string =>
  path.join(folder, 'versions', VERSION, file)

test('files that match the card are given to the handler', async () => {
  const assets = await open(await copyModel('sentiment'))
  expect(assets.labels).toEqual(['negative', 'positive'])
  expect(assets.has('vocabulary.json')).toBe(true)
  expect(assets.json('vocabulary.json')).toBeInstanceOf(Array)
  expect(() => assets.json('other.json')).toThrow('has no other.json')
})

test('a changed file is found out by its sha256', async () => {
  const folder = await copyModel('iris')
  await writeFile(inVersion(folder, 'model.onnx'), 'spoiled')
  await expect(open(folder)).rejects.toThrow(/model\.onnx has sha256 [0-9a-f]{64}, the card says/)
})

test('a missing file is named', async () => {
  const folder = await copyModel('iris')
  await rm(inVersion(folder, 'model.onnx'))
  await expect(open(folder)).rejects.toThrow('lacks model.onnx, which the card lists')
})

test('a file that is not on the card is named', async () => {
  const folder = await copyModel('iris')
  await writeFile(inVersion(folder, 'extra.bin'), '')
  await expect(open(folder)).rejects.toThrow('holds extra.bin, not on the card')
})
