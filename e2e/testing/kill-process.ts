import { runProgram } from '#platform/tools/run-program.ts'
import type { KubernetesObject } from './kubectl.ts'

/** Kills a pod's model process from its node, as the kernel does when memory is out: no signal to catch. */
export const killProcess = async ({ metadata, spec, status }: KubernetesObject): Promise<void> => {
  const { containerID } = status.containerStatuses.find(
    ({ name }: { name: string }) => name === 'user-container',
  )
  const id = /^containerd:\/\/([0-9a-f]{64})$/.exec(containerID)?.[1]
  if (id === undefined) throw new Error(`${metadata.name} has no container: ${containerID}`)
  // Every process says in its cgroup which container it is in.
  const script = `kill -9 $(grep -l ${id} /proc/[0-9]*/cgroup | cut -d/ -f3)`
  await runProgram('docker', ['exec', spec.nodeName, 'sh', '-c', script])
}
