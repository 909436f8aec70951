import type { MonitoringConfig } from '#platform/config.ts'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'
import { createKubectl, NAMESPACE } from '#platform/delivery/kubectl.ts'
import { ProgramError } from '#platform/tools/run-program.ts'
import { readDeployed, type Deployed } from './deployed.ts'
import { figuresByPage } from './figures-by-page.ts'
import { figuresByPrometheus } from './figures-by-prometheus.ts'
import type { Figures } from './figures.ts'
import { findPrometheus } from './find-prometheus.ts'
import { createGet } from '#observability/http-get.ts'
import { createPrometheusApi, PrometheusError } from '#observability/prometheus-api.ts'

export type ServedVersion = { model: string; version: string; isDefault: boolean }

export type Status = {
  address: string
  /** Why no gateway answers, where its Prometheus still does; no version is known then. */
  problem: string | null
  versions: ServedVersion[]
  /** Null without a cluster. */
  deployed: Map<string, Deployed> | null
  figures: Figures
  /** What could not be asked, and why. */
  remarks: string[]
}

type ModelList = {
  models: { name: string; versions: { version: string; is_default: boolean }[] }[]
}

const readVersions = async (address: string): Promise<ServedVersion[]> => {
  const nothing = `Nothing of Inlet answers at ${address}: start it with make run, or make cluster && make deploy; on another port: PORT=… make status`
  const answer = await createGet(address)('/api/v1/models').catch((cause: Error) => {
    throw new DeliveryError(`${nothing}\n  ${cause.message}`)
  })
  if (answer.status !== 200) throw new DeliveryError(`${nothing}\n  it answers ${answer.status}`)
  try {
    return (JSON.parse(answer.text) as ModelList).models.flatMap(({ name, versions }) =>
      versions.map((one) => ({ model: name, version: one.version, isDefault: one.is_default })),
    )
  } catch {
    throw new DeliveryError(`${nothing}\n  what answers there is something else`)
  }
}

const noGateway = ({ CLUSTER, HOST_PORT }: MonitoringConfig): string =>
  `The cluster has no gateway that answers at http://localhost:${HOST_PORT} (docs/RUNBOOK.md#gatewayaway); functions answer at their own addresses\n  kubectl --context kind-${CLUSTER} --namespace ${NAMESPACE} get pods --selector app.kubernetes.io/name=gateway`

const readFigures = async (
  prometheus: string,
  address: string,
  remarks: string[],
): Promise<Figures> => {
  try {
    return await figuresByPrometheus(createPrometheusApi(prometheus))
  } catch (thrown) {
    if (!(thrown instanceof PrometheusError)) throw thrown
    remarks.push(thrown.message)
  }
  const { status, text } = await createGet(address)('/metrics')
  if (status !== 200) remarks.push(`${address}/metrics answers ${status}`)
  return figuresByPage(status === 200 ? text : '', address)
}

/** Prometheus outlives what it watches, and its alerts may say what is wrong. Throws the problem where there is none either. */
const figuresWithoutGateway = (prometheus: string, problem: DeliveryError): Promise<Figures> =>
  figuresByPrometheus(createPrometheusApi(prometheus)).catch((thrown: unknown) => {
    throw thrown instanceof PrometheusError ? problem : thrown
  })

/**
 * What asks the gateway, Prometheus and the cluster, each time that it is called. It throws DeliveryError when neither of
 * the first two answers. Which kind of Inlet it is it asks once: a process alone counts that question as an error.
 */
export const createStatusReader = (config: MonitoringConfig): (() => Promise<Status>) => {
  const { CLUSTER, HOST_PORT } = config
  const address = `http://localhost:${HOST_PORT}`
  let known: boolean | null = null
  return async () => {
    const remarks: string[] = []
    const versions = await readVersions(address).catch((thrown: unknown) => {
      if (thrown instanceof DeliveryError) return thrown
      throw thrown
    })
    const { prometheus, hasCluster } = await findPrometheus(config, known)
    known = hasCluster
    if (versions instanceof DeliveryError) {
      const figures = await figuresWithoutGateway(prometheus, versions)
      const problem = hasCluster === true ? noGateway(config) : versions.message
      return { address, problem, versions: [], deployed: null, figures, remarks }
    }
    const readPods = async (): Promise<Map<string, Deployed> | null> => {
      if (hasCluster !== true) return null
      return readDeployed(createKubectl(CLUSTER), versions).catch((thrown: unknown) => {
        if (!(thrown instanceof ProgramError)) throw thrown
        remarks.push(`traffic and pods are not known: ${thrown.message.split('\n')[0]}`)
        return null
      })
    }
    const [deployed, figures] = await Promise.all([
      readPods(),
      readFigures(prometheus, address, remarks),
    ])
    return { address, problem: null, versions, deployed, figures, remarks }
  }
}
