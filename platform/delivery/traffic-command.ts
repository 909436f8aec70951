/**
 * `make split`, `make promote`, `make rollback`, `make traffic`: what each version of a model answers.
 * Over `kn` where it is on the PATH, else over the API; both leave the same object.
 */
import { readDeliveryConfig } from '#platform/config.ts'
import { changeTraffic, chooseWriter, readService, readState } from './change-traffic.ts'
import { DeliveryError } from './delivery-error.ts'
import { untilRouted } from './deploy-function.ts'
import { createKubectl } from './kubectl.ts'
import type { TrafficTarget } from './kubernetes-objects.ts'
import { runTool } from './run-tool.ts'
import { table } from './table.ts'
import {
  isSameTraffic,
  parseShares,
  promote,
  rollback,
  split,
  tagsOf,
  type TrafficState,
} from './traffic.ts'
import { watchCluster } from './watch-cluster.ts'

const USAGE = `Usage: node platform/delivery/traffic-command.ts COMMAND MODEL
  split MODEL TO         percent by tag: v1-0-0=90,v2-0-0=10        make split MODEL=… TO=…
  promote MODEL [TAG]    all to one version; without a tag to the newest that has a share
  rollback MODEL         back to the traffic before the last change; twice changes nothing
  show MODEL             what answers now`

const planOf = (
  command: string,
  argument: string | undefined,
): ((state: TrafficState) => TrafficState) => {
  switch (command) {
    case 'split':
      if (argument === undefined || argument === '') throw new DeliveryError(USAGE)
      return (state) => split(state, parseShares(argument, tagsOf(state.traffic)))
    case 'promote':
      return (state) => promote(state, argument === undefined || argument === '' ? null : argument)
    case 'rollback':
      return rollback
    case 'show':
      return (state) => state
    default:
      throw new DeliveryError(USAGE)
  }
}

const show = (traffic: readonly TrafficTarget[], port: number, model: string): string =>
  table([
    ['tag', 'revision', 'percent', 'address'],
    ...traffic.map(({ tag = '', revisionName = 'the latest', percent = 0 }) => [
      tag,
      revisionName,
      String(percent).padStart(7),
      tag === '' ? '' : `http://${tag}-${model}.localhost:${port}`,
    ]),
  ])

await runTool(async () => {
  const [command = '', model = '', argument, ...more] = process.argv.slice(2)
  const plan = planOf(command, argument)
  if (model === '' || more.length > 0) throw new DeliveryError(USAGE)
  const { CLUSTER: cluster, HOST_PORT: port } = readDeliveryConfig()
  const kubectl = createKubectl(cluster)
  if (command !== 'show') {
    const writer = await chooseWriter()
    const { before, after } = await changeTraffic(kubectl, cluster, model, plan, writer)
    await untilRouted(watchCluster(kubectl), model)
    console.log(
      isSameTraffic(before.traffic, after.traffic)
        ? `${model} was routed like this already:`
        : `${model} is routed anew (by ${writer}):`,
    )
  }
  console.log(show(readState(await readService(kubectl, model)).traffic, port, model))
})
