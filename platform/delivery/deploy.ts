/**
 * `make deploy`: builds, loads, applies and waits, until every model has answered once through the host port.
 * Again with nothing changed it makes no Revision and restarts nothing.
 */
import path from 'node:path'
import { readDeliveryConfig } from '#platform/config.ts'
import { buildImages } from '#platform/deploy/images.ts'
import { modelFolders, readModel } from '#platform/runtime/read-models.ts'
import { predictDirectly, predictThroughGateway } from './answer-once.ts'
import { checkCluster, checkTools } from './check-cluster.ts'
import { applyBase, baseImages, migrate, renderBase, untilServing } from './deploy-base.ts'
import { deployFunction, type DeployedFunction } from './deploy-function.ts'
import { createKubectl } from './kubectl.ts'
import { loadImages } from './load-images.ts'
import { renderFunction } from './render-function.ts'
import { runTool } from './run-tool.ts'
import { createSteps } from './steps.ts'
import { table } from './table.ts'
import { watchCluster } from './watch-cluster.ts'

const FUNCTIONS = path.resolve(import.meta.dirname, '../../functions')

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const sayFunctions = (deployed: readonly DeployedFunction[]): string => {
  const created = deployed.flatMap(({ model, revisions, created: versions }) =>
    versions.map((version) => `${model} ${version} is ${revisions.get(version)}`),
  )
  const moved = deployed.filter(({ hasNewTraffic }) => hasNewTraffic).map(({ model }) => model)
  if (created.length === 0 && moved.length === 0) return 'unchanged: no new Revision'
  const words = [created.length === 0 ? 'no new Revision' : created.join(', ')]
  if (moved.length > 0) words.push(`tags moved: ${moved.join(', ')}`)
  return words.join('; ')
}

/** All values, or what failed: one reason as it is, several together. */
const allOrReasons = async <Value>(promises: readonly Promise<Value>[]): Promise<Value[]> => {
  const results = await Promise.allSettled(promises)
  const reasons = results.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []))
  if (reasons.length > 1) throw new AggregateError(reasons)
  if (reasons.length === 1) throw reasons[0]!
  return results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

const deploy = async (): Promise<void> => {
  const { CLUSTER: cluster, HOST_PORT: port, METRICS: metrics } = readDeliveryConfig()
  const steps = createSteps()
  const kubectl = createKubectl(cluster)
  const watch = watchCluster(kubectl)
  const models = await Promise.all((await modelFolders(FUNCTIONS)).map(readModel))

  await steps.run('cluster', async (say) => {
    await checkTools()
    await checkCluster(kubectl, cluster)
    say(`kind-${cluster} with Knative answers`)
  })
  const built = await steps.run('images', async (say) => {
    const images = await buildImages()
    say(counted(images.size, 'image'))
    return images
  })
  const imageOf = (name: string): string => {
    const reference = built.get(name)
    if (reference === undefined) throw new Error(`No image is built for ${name}`)
    return reference
  }
  await steps.run('load', async (say) => {
    const { images, nodes } = await loadImages(kubectl, cluster, [...built.values()])
    const where = counted(nodes, 'node')
    say(images === 0 ? `${where} had them all` : `${counted(images, 'image')} into ${where}`)
  })
  const images = await baseImages(imageOf('gateway'))
  const base = await renderBase(images, metrics)
  await steps.run('database', async (say) => {
    const secrets = await applyBase(kubectl, watch, base.before)
    say(secrets.length === 0 ? 'ready' : `ready; new Secrets: ${secrets.join(', ')}`)
  })
  await steps.run('migrations', async (say) => {
    say((await migrate(kubectl, watch, images)) ? 'were done' : 'done')
  })
  await steps.run('functions', async (say) => {
    await kubectl.apply(base.gateway)
    const deployed = await allOrReasons(
      models.map(async ({ card }) => {
        const rendered = Object.keys(card.versions).map((version) =>
          renderFunction(card.name, version, imageOf(card.name), metrics),
        )
        return deployFunction(kubectl, watch, cluster, card, await Promise.all(rendered))
      }),
    )
    say(sayFunctions(deployed))
  })
  await steps.run('services', async (say) => {
    say(`ready: ${(await untilServing(watch)).join(', ')}`)
  })
  const predictions = await steps.run('predictions', async (say) => {
    const direct = await Promise.all(
      models.map(({ card, definition }) => predictDirectly(port, card.name, definition.example)),
    )
    const [first] = models
    if (first === undefined) throw new Error(`${FUNCTIONS} holds no model`)
    const example = first.definition.example as object
    const through = await predictThroughGateway(port, first.card.name, example)
    say(`${direct.length} at the models' addresses, 1 through the gateway; all rows read back`)
    return [...direct, through]
  })
  const rows = predictions.map((one) =>
    Object.values({ ...one, milliseconds: `${one.milliseconds}` }),
  )
  const addresses = models.map(({ card: { name } }) => `http://${name}.localhost:${port}/predict`)
  console.log(`
${table([['model', 'version', 'revision', 'answer', 'confidence', 'ms', 'through'], ...rows])}

API, playground    http://localhost:${port}
models             ${addresses.join('\n                   ')}
Prometheus         http://prometheus.localhost:${port}
Grafana            http://grafana.localhost:${port} (when its image is in reach)

Deployed in ${steps.total()} s.`)
}

await runTool(deploy)
