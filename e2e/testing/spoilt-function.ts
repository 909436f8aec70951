import { createKubectl } from '#platform/delivery/kubectl.ts'
import type { KnativeService } from '#platform/delivery/kubernetes-objects.ts'
import { renderFunction } from '#platform/delivery/render-function.ts'
import { tagOf } from '#platform/runtime/model-card.ts'
import { revisionOf } from './knative.ts'
import { getObject, kubectl, NAMESPACE } from './kubectl.ts'
import { CLUSTER_NAME, modelNamed } from './target.ts'

/** Its Knative Service, beside those of the models: nothing leads callers to it. */
export const SPOILT = 'spoilt'
const FILE = 'model.onnx'

type Pod = {
  containers: { image: string; volumeMounts: object[] }[]
  volumes: object[]
}

/**
 * Starts a function whose image is a model's and whose model file is another: it does not fit the checksum of its
 * card. It is never ready, so that Knative keeps its one pod until the revision's time to start is over.
 */
export const startSpoiltFunction = async (model: string): Promise<void> => {
  const version = modelNamed(model).card.default_version
  const running = await getObject('revision', await revisionOf(model, tagOf(version)))
  const { service } = await renderFunction(model, version, running.spec.containers[0].image)
  const { template } = (service as KnativeService).spec
  const pod = template.spec as unknown as Pod
  pod.volumes.push({ name: 'spoilt', configMap: { name: SPOILT } })
  pod.containers[0]!.volumeMounts.push({
    name: 'spoilt',
    mountPath: `/app/functions/${model}/versions/${version}/${FILE}`,
    subPath: FILE,
    readOnly: true,
  })
  template.metadata!.annotations = {
    ...template.metadata?.annotations,
    'autoscaling.knative.dev/min-scale': '1',
  }
  service.metadata.name = SPOILT
  const contents = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: SPOILT, namespace: NAMESPACE },
    data: { [FILE]: 'not the model that the card names' },
  }
  await createKubectl(CLUSTER_NAME).apply([contents, service])
}

export const removeSpoiltFunction = async (): Promise<void> => {
  await kubectl('delete', `ksvc/${SPOILT}`, `configmap/${SPOILT}`, '--ignore-not-found')
}
