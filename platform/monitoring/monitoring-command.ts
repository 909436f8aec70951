/**
 * `make monitoring`: in the cluster when there is one, otherwise with the programs of this machine, until Ctrl+C.
 * `npm run monitoring -- local` does not look for a cluster.
 */
import { once } from 'node:events'
import { readMonitoringConfig } from '#platform/config.ts'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'
import { runTool } from '#platform/delivery/run-tool.ts'
import { ProgramError, runProgram } from '#platform/tools/run-program.ts'
import { monitorCluster } from './monitor-cluster.ts'
import { monitorLocally } from './monitor-locally.ts'

/** Without kind, or when Docker is not there, there is none. */
const hasCluster = async (name: string): Promise<boolean> => {
  try {
    return (await runProgram('kind', ['get', 'clusters'])).split('\n').includes(name)
  } catch (thrown) {
    if (thrown instanceof ProgramError) return false
    throw thrown
  }
}

await runTool(async () => {
  const [where, ...more] = process.argv.slice(2)
  if ((where !== undefined && where !== 'local') || more.length > 0) {
    throw new DeliveryError('Called as: npm run monitoring [-- local]')
  }
  const config = readMonitoringConfig()
  if (where !== 'local' && (await hasCluster(config.CLUSTER))) return monitorCluster(config)
  // A terminal that is closed says SIGHUP, which Prometheus and Alertmanager take for an order to read their files again.
  const ending = Promise.race(
    ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)),
  )
  return monitorLocally(config, ending)
})
