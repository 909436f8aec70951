/** `make images`: builds every image and prints what it weighs, on a disk and in a registry (gzip of its layers). */
import { spawn } from 'node:child_process'
import { createGzip } from 'node:zlib'
import { runProgram } from '#platform/tools/run-program.ts'
import { buildImages } from './images.ts'

const MEGABYTE = 1e6

const storedBytes = async (reference: string): Promise<number> =>
  Number(await runProgram('docker', ['image', 'inspect', '--format', '{{.Size}}', reference]))

/** What a push of the whole image would send; docker's archive holds its layers as they are. */
const compressedBytes = async (reference: string): Promise<number> => {
  const { stdout } = spawn('docker', ['save', reference], { stdio: ['ignore', 'pipe', 'inherit'] })
  let bytes = 0
  for await (const chunk of stdout.pipe(createGzip())) bytes += (chunk as Buffer).length
  return bytes
}

const megabytes = (bytes: number): string => `${(bytes / MEGABYTE).toFixed(0)} MB`.padStart(12)

const start = Date.now()
const images = await buildImages()
console.log(`${images.size} images, built in ${((Date.now() - start) / 1000).toFixed(1)} s\n`)
console.log(`${'image'.padEnd(36)}${'on disk'.padStart(12)}${'compressed'.padStart(12)}`)
for (const reference of images.values()) {
  const stored = await storedBytes(reference)
  const compressed = await compressedBytes(reference)
  console.log(`${reference.padEnd(36)}${megabytes(stored)}${megabytes(compressed)}`)
}
