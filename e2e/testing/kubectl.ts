import { createKubectl, NAMESPACE } from '#platform/delivery/kubectl.ts'
import { ProgramError } from '#platform/tools/run-program.ts'
import { CLUSTER_NAME } from './target.ts'

export { NAMESPACE }

/** A Kubernetes object, as far as these tests read it. */
export type KubernetesObject = {
  metadata: {
    name: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    deletionTimestamp?: string
    creationTimestamp: string
    generation?: number
  }
  // Its shape is the API server's; each reader knows the part it reads.
  // oxlint-disable-next-line typescript/no-explicit-any
  spec: any
  // oxlint-disable-next-line typescript/no-explicit-any
  status?: any
}

const tool = createKubectl(CLUSTER_NAME)

/** kubectl in our namespace of the cluster under test; resolves with what it printed, throws with its complaint. */
export const kubectl = (...words: string[]): Promise<string> => tool.run(words)

/** One object of our namespace; throws when there is none. */
export const getObject = async (kind: string, name: string): Promise<KubernetesObject> =>
  JSON.parse(await kubectl('get', kind, name, '--output=json')) as KubernetesObject

/** The objects of a kind that have these labels. */
export const getObjects = async (
  kind: string,
  labels: string,
  ...words: string[]
): Promise<KubernetesObject[]> => {
  const found: unknown = await tool.list(kind, `--selector=${labels}`, ...words)
  return found as KubernetesObject[]
}

/** Creates an object; resolves with it as the API server took it. */
export const create = async (object: object, ...words: string[]): Promise<KubernetesObject> => {
  const made = await tool.run(
    ['create', '--filename=-', '--output=json', ...words],
    JSON.stringify(object),
  )
  return JSON.parse(made) as KubernetesObject
}

/** Why the API server refuses an object; null when it would take it. */
export const refusalOf = async (object: object): Promise<string | null> => {
  try {
    await create(object, '--dry-run=server')
    return null
  } catch (thrown) {
    if (thrown instanceof ProgramError) return thrown.detail
    throw thrown
  }
}
