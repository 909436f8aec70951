import { changeTraffic } from '#platform/delivery/change-traffic.ts'
import { createKubectl } from '#platform/delivery/kubectl.ts'
import { isReady } from '#platform/delivery/is-ready.ts'
import type { KnativeService } from '#platform/delivery/kubernetes-objects.ts'
import { CONTENT_LABEL, contentOf, renderFunction } from '#platform/delivery/render-function.ts'
import { moveTags, type TrafficState } from '#platform/delivery/traffic.ts'
import { tagOf } from '#platform/runtime/model-card.ts'
import { revisionOf, untilServiceReady } from './knative.ts'
import { getObject } from './kubectl.ts'
import { CLUSTER_NAME, modelNamed } from './target.ts'
import { until } from './until.ts'

const tool = createKubectl(CLUSTER_NAME)

/**
 * Deploys the default version of a model once more, as the deploy tool does a version whose code changed:
 * the same rendering with `extra` among the pod's annotations, applied; ready; tags moved. The image is the one
 * that runs. Resolves with the new revision.
 */
export const updateFunction = async (
  model: string,
  extra: Record<string, string>,
): Promise<string> => {
  const { default_version: version } = modelNamed(model).card
  const running = await getObject('revision', await revisionOf(model, tagOf(version)))
  const { service } = await renderFunction(model, version, running.spec.containers[0].image)
  const { template } = (service as KnativeService).spec
  if (Object.keys(extra).length > 0) {
    template.metadata!.annotations = { ...template.metadata?.annotations, ...extra }
    template.metadata!.labels![CONTENT_LABEL] = contentOf(template)
  }
  const before = (await getObject('ksvc', model)).status.latestCreatedRevisionName as string
  await tool.apply([service])
  const revision = await until('another revision', async () => {
    const { status } = await getObject('ksvc', model)
    return status.latestCreatedRevisionName !== before && String(status.latestCreatedRevisionName)
  })
  await until(`${revision} is ready`, async () => {
    const object = await tool.get('revisions.serving.knative.dev', revision)
    return object !== null && isReady(object)
  })
  const revisions = new Map<string, string>()
  for (const one of Object.keys(modelNamed(model).card.versions)) {
    revisions.set(one, one === version ? revision : await revisionOf(model, tagOf(one)))
  }
  const move = (state: TrafficState): TrafficState => moveTags(state, revisions, version)
  await changeTraffic(tool, CLUSTER_NAME, model, move, 'kubectl')
  await untilServiceReady(model)
  return revision
}
