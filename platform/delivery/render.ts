import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import type { KubernetesObject } from './kubernetes-objects.ts'
import { runProgram } from '#platform/tools/run-program.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** What is rendered together: folders and files of the repository, and the images by their names in them. */
export type Kustomization = {
  resources: readonly string[]
  components?: readonly string[]
  images: ReadonlyMap<string, string>
  patches?: readonly object[]
}

const splitReference = (
  reference: string,
): { newName: string; newTag?: string; digest?: string } => {
  const [name = '', digest] = reference.split('@')
  const [, bare = name, tag] = /^(.*?)(?::([^/:]+))?$/.exec(name) ?? []
  return {
    newName: bare,
    ...(tag !== undefined && { newTag: tag }),
    ...(digest !== undefined && { digest }),
  }
}

/** Renders with `kubectl kustomize`, in a folder of its own. Throws ProgramError with what does not fit. */
export const render = async ({
  resources,
  components = [],
  images,
  patches = [],
}: Kustomization): Promise<KubernetesObject[]> => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'inlet-')))
  const fromFolder = (file: string): string => path.relative(folder, path.join(ROOT, file))
  try {
    const kustomization = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: resources.map(fromFolder),
      components: components.map(fromFolder),
      images: [...images].map(([name, reference]) => ({ name, ...splitReference(reference) })),
      patches,
    }
    await writeFile(path.join(folder, 'kustomization.yaml'), stringify(kustomization))
    // Files outside of a kustomization's own folder are refused otherwise.
    const free = ['--load-restrictor', 'LoadRestrictionsNone']
    const text = await runProgram('kubectl', ['kustomize', ...free, folder])
    return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject)
  } finally {
    await rm(folder, { recursive: true })
  }
}
