import path from 'node:path'
import { runProgram } from '#platform/tools/run-program.ts'
import { readVersions } from '#platform/deploy/read-versions.ts'
import { kubectl } from '../e2e/testing/kubectl.ts'
import { CLUSTER_NAME } from '../e2e/testing/target.ts'
import { until } from '../e2e/testing/until.ts'

export const HELLO = 'hello-node'
const IMAGE = `dev.local/${HELLO}:bench`

/** As Knative makes it when nothing is asked for, but for the short window. */
const service = {
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: HELLO, namespace: 'default' },
  spec: {
    template: {
      metadata: { annotations: { 'autoscaling.knative.dev/window': '6s' } },
      spec: { containers: [{ image: IMAGE, imagePullPolicy: 'IfNotPresent' }] },
    },
  },
}

/** Puts a bare Node server beside the functions, as a Knative Service; resolves with what removes it. */
export const deployHello = async (): Promise<() => Promise<void>> => {
  const { NODE_RUNTIME_IMAGE } = await readVersions()
  const folder = path.join(import.meta.dirname, HELLO)
  const base = `NODE_RUNTIME_IMAGE=${NODE_RUNTIME_IMAGE}`
  await runProgram('docker', ['build', '--quiet', '--tag', IMAGE, '--build-arg', base, folder])
  await runProgram('kind', ['load', 'docker-image', IMAGE, '--name', CLUSTER_NAME])
  await runProgram(
    'kubectl',
    ['--context', `kind-${CLUSTER_NAME}`, 'apply', '--filename=-'],
    JSON.stringify(service),
  )
  const where = ['--namespace=default', `ksvc/${HELLO}`]
  await until(`${HELLO} is ready`, async () => {
    const wanted = '--output=jsonpath={.status.conditions[?(@.type=="Ready")].status}'
    return (await kubectl('get', ...where, wanted)) === 'True'
  })
  return async () => void (await kubectl('delete', ...where))
}
