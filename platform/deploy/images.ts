import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import path from 'node:path'
import { ProgramError, runProgram } from '#platform/tools/run-program.ts'
import manifest from '../../package.json' with { type: 'json' }
import { readVersions } from './read-versions.ts'

const root = path.resolve(import.meta.dirname, '../..')
const DOCKERFILE = path.join(import.meta.dirname, 'Dockerfile')

/** What every image is made of; the Dockerfile copies nothing else but models. */
const SHARED = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  'platform/deploy/{Dockerfile,bundle.ts,image.package.json}',
  'platform/{*.ts,runtime/**,start/**,gateway/**}',
  'observability/*.ts',
  'db/**',
]
/** What a function's image holds besides. */
export const functionFiles = (model: string): string[] => [
  `functions/${model}/{*.ts,model-card.md,versions/**}`,
]
/** Of every model, what a gateway checks input with, tells about, and holds the log against. */
const GATEWAY = ['functions/*/{*.ts,model-card.md,versions/*/reference.json}']

const isShipped = (file: string): boolean => !/\.test\.ts$|(^|\/)testing\//.test(file)

/** Twelve hexadecimal digits that change when an image would: its files' names and bytes, and its base images. */
export const contentHash = async (
  patterns: readonly string[],
  folder: string = root,
): Promise<string> => {
  const { NODE_BUILD_IMAGE, NODE_RUNTIME_IMAGE } = await readVersions()
  const hash = createHash('sha256').update(`${NODE_BUILD_IMAGE} ${NODE_RUNTIME_IMAGE}\0`)
  const files: string[] = []
  for await (const entry of glob([...SHARED, ...patterns], { cwd: folder, withFileTypes: true })) {
    const file = path.relative(folder, path.join(entry.parentPath, entry.name))
    if (entry.isFile() && isShipped(file)) files.push(file)
  }
  for (const file of [...new Set(files)].toSorted()) {
    hash.update(`${file}\0`).update(await readFile(path.join(folder, file)))
  }
  return hash.digest('hex').slice(0, 12)
}

type Image = { name: string; target: string; patterns: string[]; buildArguments: string[] }

const imagesOf = async (): Promise<Image[]> => {
  const models: string[] = []
  for await (const card of glob('functions/*/model-card.md', { cwd: root })) {
    models.push(path.basename(path.dirname(card)))
  }
  const functions = models.toSorted().map((model) => ({
    name: model,
    target: 'function',
    patterns: functionFiles(model),
    buildArguments: [`MODEL=${model}`],
  }))
  return [
    ...functions,
    { name: 'gateway', target: 'gateway', patterns: GATEWAY, buildArguments: [] },
  ]
}

const isPresent = (reference: string): Promise<boolean> =>
  runProgram('docker', ['image', 'inspect', reference]).then(
    () => true,
    () => false,
  )

/** Throws with docker's own words when an image cannot be built. */
const build = async (image: Image, reference: string, hash: string): Promise<void> => {
  const { NODE_BUILD_IMAGE, NODE_RUNTIME_IMAGE } = await readVersions()
  const buildArguments = [
    ...image.buildArguments,
    `NODE_BUILD_IMAGE=${NODE_BUILD_IMAGE}`,
    `NODE_RUNTIME_IMAGE=${NODE_RUNTIME_IMAGE}`,
    `VERSION=${manifest.version}`,
    `REVISION=${hash}`,
  ].flatMap((one) => ['--build-arg', one])
  // Older engines build with BuildKit only when asked to.
  const command = ['DOCKER_BUILDKIT=1', 'docker', 'build', '--file', DOCKERFILE]
  const about = ['--target', image.target, ...buildArguments, '--tag', reference, root]
  await runProgram('env', [...command, ...about]).catch((thrown: Error) => {
    const said = thrown instanceof ProgramError ? thrown.detail : thrown.message
    throw new Error(`The image ${reference} could not be built:\n${said.slice(-4000)}`)
  })
}

/** Builds what is not there yet; returns the reference of each model's image, and of `gateway`. */
export const buildImages = async (): Promise<ReadonlyMap<string, string>> => {
  const references = new Map<string, string>()
  for (const image of await imagesOf()) {
    const hash = await contentHash(image.patterns)
    const reference = `dev.local/${image.name}:${hash}`
    if (!(await isPresent(reference))) await build(image, reference, hash)
    references.set(image.name, reference)
  }
  return references
}
