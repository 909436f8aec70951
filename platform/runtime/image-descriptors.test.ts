import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { describeImage } from './image-descriptors.ts'

type Case = { case: string; image: number[][]; descriptors: ReturnType<typeof describeImage> }

const file = path.join(import.meta.dirname, 'descriptors.golden.json')
const { images } = JSON.parse(await readFile(file, 'utf8')) as { images: Case[] }

test.each(images)('$case: as counted by hand', ({ image, descriptors }) => {
  expect(describeImage(image)).toEqual(descriptors)
})
