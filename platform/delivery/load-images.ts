import type { Kubectl } from './kubectl.ts'
import type { KubernetesObject } from './kubernetes-objects.ts'
import { runProgram } from '#platform/tools/run-program.ts'

type Node = KubernetesObject & { spec: { taints?: { effect: string }[] } }

/** The nodes that take ordinary pods. */
const workers = async (kubectl: Kubectl): Promise<string[]> => {
  const nodes = (await kubectl.list('nodes')) as Node[]
  return nodes
    .filter(({ spec }) => !spec.taints?.some(({ effect }) => effect === 'NoSchedule'))
    .map(({ metadata }) => metadata.name)
}

const imagesOn = async (node: string): Promise<Set<string>> => {
  const list = ['exec', node, 'ctr', '--namespace', 'k8s.io', 'images', 'list', '--quiet']
  return new Set((await runProgram('docker', list)).split('\n'))
}

/** Loads into each worker node the images that it lacks; answers how many were loaded into how many nodes. */
export const loadImages = async (
  kubectl: Kubectl,
  cluster: string,
  references: readonly string[],
): Promise<{ images: number; nodes: number }> => {
  const nodes = await workers(kubectl)
  const lacking = new Map<string, string[]>()
  for (const node of nodes) {
    const present = await imagesOn(node)
    for (const reference of references) {
      if (!present.has(reference)) lacking.set(reference, [...(lacking.get(reference) ?? []), node])
    }
  }
  const targets = [...new Set([...lacking.values()].flat())]
  if (targets.length > 0) {
    // One archive: the layers that images share are sent once.
    const names = ['--name', cluster, '--nodes', targets.join(',')]
    await runProgram('kind', ['load', 'docker-image', ...names, ...lacking.keys()])
  }
  return { images: lacking.size, nodes: nodes.length }
}
