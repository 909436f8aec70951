import type { KubernetesObject } from './kubernetes-objects.ts'
import { runProgram } from '#platform/tools/run-program.ts'

/** The namespace of everything that is deployed. */
export const NAMESPACE = 'inlet'

/** Owns what the manifests say; traffic has an owner of its own, so neither takes the other's fields. */
const DEPLOY_MANAGER = 'inlet-deploy'

export type Kubectl = {
  /** Runs kubectl in our namespace of the cluster; throws ProgramError with the server's words. */
  run(args: readonly string[], input?: string): Promise<string>
  /** The objects of some kinds, such as `pods,events`. */
  list(kinds: string, ...args: string[]): Promise<KubernetesObject[]>
  /** One object, or null when there is none of that name. */
  get(kind: string, name: string): Promise<KubernetesObject | null>
  /** Server-side apply. */
  apply(objects: readonly KubernetesObject[]): Promise<void>
  /** The generation that an object would have after applying; a change of its `spec` makes the next one. */
  generationOf(object: KubernetesObject): Promise<number | undefined>
}

const itemsOf = (json: string): KubernetesObject[] => {
  if (json.trim() === '') return []
  const parsed = JSON.parse(json) as KubernetesObject & { items?: KubernetesObject[] }
  return parsed.items ?? [parsed]
}

/** kubectl for one kind cluster, whatever the current context is. */
export const createKubectl = (cluster: string): Kubectl => {
  const context = ['--context', `kind-${cluster}`]
  const run: Kubectl['run'] = (args, input) =>
    runProgram('kubectl', [...context, '--namespace', NAMESPACE, ...args], input)
  const apply = (objects: readonly KubernetesObject[], ...more: string[]): Promise<string> => {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    const manager = `--field-manager=${DEPLOY_MANAGER}`
    const args = ['apply', '--server-side', '--force-conflicts', manager, '-f', '-', ...more]
    // Some objects belong to namespaces of the cluster's own.
    return runProgram('kubectl', [...context, ...args], list)
  }
  return {
    run,
    list: async (kinds, ...args) => itemsOf(await run(['get', kinds, '-o', 'json', ...args])),
    get: async (kind, name) => {
      const [found] = itemsOf(await run(['get', kind, name, '-o', 'json', '--ignore-not-found']))
      return found ?? null
    },
    apply: async (objects) => {
      if (objects.length > 0) await apply(objects)
    },
    generationOf: async (object) => {
      const [applied] = itemsOf(await apply([object], '--dry-run=server', '-o', 'json'))
      return applied?.metadata.generation
    },
  }
}
