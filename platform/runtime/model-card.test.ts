import path from 'node:path'
import { expect, test } from 'vitest'
import { copyModel, edit } from '../testing/model-folder.ts'
import { readModelCard, tagOf } from './model-card.ts'

const spoiled = async (change: (card: string) => string): Promise<string> => {
  const folder = await copyModel('iris')
  await edit(path.join(folder, 'model-card.md'), change)
  return folder
}

test('a shipped card is read', async () => {
  const card = await readModelCard(await copyModel('iris'))
  expect(card.name).toBe('iris')
  expect(Object.keys(card.versions)).toContain(card.default_version)
})

test('a card without front matter is called so', async () => {
  const folder = await spoiled(() => '# iris')
  await expect(readModelCard(folder)).rejects.toThrow('has no front matter')
})

test('a field that does not fit is named', async () => {
  const folder = await spoiled((card) => card.replace('batchable: true', 'batchable: maybe'))
  await expect(readModelCard(folder)).rejects.toThrow(/model-card\.md[^]*batchable/)
})

test('the card of another model is refused', async () => {
  const folder = await spoiled((card) => card.replace('name: iris', 'name: rose'))
  await expect(readModelCard(folder)).rejects.toThrow('is the card of "rose"')
})

test('a default version that does not exist is refused', async () => {
  const folder = await spoiled((card) =>
    card.replace(/default_version: .*/, 'default_version: 9.9.9'),
  )
  await expect(readModelCard(folder)).rejects.toThrow(
    'default_version 9.9.9 is not among its versions',
  )
})

test('the tag of a version is what Knative takes in a host name', () => {
  expect(tagOf('1.12.0')).toBe('v1-12-0')
})
