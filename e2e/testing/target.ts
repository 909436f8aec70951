import path from 'node:path'
import { readDeliveryConfig } from '#platform/config.ts'
import { modelFolders, readModel, type Model } from '#platform/runtime/read-models.ts'
import { call, type Answer, type Call } from '#platform/tools/local-request.ts'

const { CLUSTER, HOST_PORT } = readDeliveryConfig()

/** The kind cluster under test. */
export const CLUSTER_NAME = CLUSTER
/** Every request of these tests goes to this port of 127.0.0.1, and so through the ingress. */
export const PORT = HOST_PORT

/** One request on a connection of its own; `host` without `.localhost`, none for the gateway. */
export const ask = ({ host, ...request }: Omit<Call, 'port'>): Promise<Answer> =>
  call({ ...request, port: PORT, host: host === undefined ? 'localhost' : `${host}.localhost` })

/** Every model of the repository: its card and its example body. */
const models = await Promise.all(
  (await modelFolders(path.resolve(import.meta.dirname, '../../functions'))).map(readModel),
)
export const MODELS = models.map(({ card }) => card.name)

/** The card and the example body of a model. */
export const modelNamed = (name: string): Model => models.find(({ card }) => card.name === name)!
export const exampleOf = (name: string): object => modelNamed(name).definition.example as object

/** One prediction by a function of its own address: `host` is the model, or tag-model. */
export const predict = (
  model: string,
  { host = model, headers = {} }: { host?: string; headers?: Record<string, string> } = {},
): Promise<Answer> => ask({ host, path: '/predict', body: exampleOf(model), headers })

/** One prediction through the gateway's API. */
export const predictByGateway = (model: string, version?: string): Promise<Answer> =>
  ask({
    path: '/api/v1/predict',
    body: { model, ...(version !== undefined && { version }), ...exampleOf(model) },
  })
