import { glob } from 'node:fs/promises'
import path from 'node:path'
import type { KubernetesObject } from '#platform/delivery/kubernetes-objects.ts'
import { render } from '#platform/delivery/render.ts'

type SecurityContext = {
  runAsNonRoot?: boolean
  readOnlyRootFilesystem?: boolean
  allowPrivilegeEscalation?: boolean
  capabilities?: { drop?: string[]; add?: string[] }
  seccompProfile?: { type: string }
}
export type Container = {
  name?: string
  image: string
  imagePullPolicy?: string
  env?: { name: string; value?: string }[]
  ports?: { name?: string; containerPort: number }[]
  volumeMounts?: { name: string; readOnly?: boolean }[]
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  securityContext?: SecurityContext
}
type PodSpec = {
  serviceAccountName?: string
  automountServiceAccountToken?: boolean
  securityContext?: SecurityContext
  initContainers?: Container[]
  containers: Container[]
}
export type Workload = KubernetesObject & {
  spec: { template: { metadata?: { labels?: Record<string, string> }; spec: PodSpec } }
}

const root = path.resolve(import.meta.dirname, '../..')

const listed = async (pattern: string): Promise<string[]> => {
  const found: string[] = []
  for await (const file of glob(pattern, { cwd: root })) found.push(path.dirname(file))
  return found.toSorted()
}

/** Everything that is ever applied, by the folder it comes from: the overlays, the migration, each function. */
export const renderAll = async (
  images: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, KubernetesObject[]>> => {
  const overlays = await listed(
    'platform/deploy/overlays/{kind,ingress,accelerator-*,logging-*,otlp}/kustomization.yaml',
  )
  const functions = await listed('functions/*/service.yaml')
  const entries = [
    ...[...overlays, 'platform/deploy/migrate'].map(
      async (folder) => [folder, await render({ resources: [folder], images })] as const,
    ),
    ...functions.map(async (folder) => {
      const resources = [`${folder}/service.yaml`]
      const components = ['platform/deploy/function']
      return [folder, await render({ resources, components, images })] as const
    }),
  ]
  return new Map(await Promise.all(entries))
}

/** Whether the object makes pods. */
export const isWorkload = (object: KubernetesObject): object is Workload =>
  'spec' in object && typeof object.spec === 'object' && 'template' in (object.spec as object)

/** The containers of a workload's pods, those that run first included. */
export const containersOf = ({ spec }: Workload): Container[] => [
  ...(spec.template.spec.initContainers ?? []),
  ...spec.template.spec.containers,
]
