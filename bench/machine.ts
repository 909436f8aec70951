import os from 'node:os'
import { kubectl } from '../e2e/testing/kubectl.ts'

/** One sentence on what the figures were measured on. */
export const describeMachine = async (): Promise<string> => {
  const [node] = JSON.parse(await kubectl('get', 'nodes', '--output=json')).items as {
    status: { nodeInfo: { kubeletVersion: string } }
  }[]
  const nodes = (await kubectl('get', 'nodes', '--output=name')).trim().split('\n').length
  const knative = await kubectl(
    'get',
    'deployment/controller',
    '--namespace=knative-serving',
    '--output=jsonpath={.metadata.labels.app\\.kubernetes\\.io/version}',
  )
  const day = new Date().toISOString().slice(0, 10)
  const memory = Math.round(os.totalmem() / 2 ** 30)
  const [processor] = os.cpus()
  return (
    `Measured on ${day}: ${os.availableParallelism()} cores (${processor!.model.trim()}), ${memory} GB, ` +
    `Node ${process.versions.node}, Kubernetes ${node!.status.nodeInfo.kubeletVersion}, ` +
    `Knative Serving ${knative || 'of unknown version'}, ${nodes} kind nodes, the load generator on the same machine.`
  )
}
