import { DeliveryError } from './delivery-error.ts'
import type { Kubectl } from './kubectl.ts'
import { ProgramError, runProgram } from '#platform/tools/run-program.ts'

/** Says first what to do, then what the program said; that it is missing says enough by itself. */
const saying = (remedy: string) => (thrown: unknown) => {
  if (!(thrown instanceof ProgramError) || thrown.isMissing) throw thrown
  throw new DeliveryError(`${remedy}\n  ${thrown.detail}`)
}

/** Whether the tools are installed and work; throws with where to get what is missing. */
export const checkTools = async (): Promise<void> => {
  await runProgram('kubectl', ['version', '--client']).catch(saying('kubectl does not work:'))
  await runProgram('docker', ['version']).catch(
    saying('docker does not answer; start it, and see that `docker version` works for you:'),
  )
  await runProgram('kind', ['version']).catch(saying('kind does not work:'))
}

/** Whether the cluster is there and has Knative; throws DeliveryError with what to do. */
export const checkCluster = async (kubectl: Kubectl, cluster: string): Promise<void> => {
  const clusters = await runProgram('kind', ['get', 'clusters'])
  if (!clusters.split('\n').includes(cluster)) {
    throw new DeliveryError(
      `There is no kind cluster named ${cluster}: make it with make cluster, or name another with CLUSTER=…`,
    )
  }
  await kubectl
    .run(['get', '--raw', '/readyz'])
    .catch(saying(`The cluster ${cluster} does not answer; make cluster says what is wrong:`))
  await kubectl
    .run([
      'get',
      'crd',
      'services.serving.knative.dev',
      'ingresses.networking.internal.knative.dev',
    ])
    .catch(saying(`The cluster ${cluster} has no Knative; make cluster adds it:`))
}
