import { trafficOf } from '../e2e/testing/knative.ts'
import { getObject, kubectl } from '../e2e/testing/kubectl.ts'

/** How soon a function may sleep; Knative allows no shorter window. */
const QUICK = {
  'autoscaling.knative.dev/window': '6s',
  'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '0s',
  'autoscaling.knative.dev/scale-down-delay': '0s',
}

type Annotations = Record<string, string | null>

const annotate = async (kind: string, name: string, annotations: Annotations): Promise<void> => {
  const patch = JSON.stringify({ metadata: { annotations } })
  await kubectl('patch', kind, name, '--type=merge', `--patch=${patch}`)
}

/**
 * Lets the revisions that a model's traffic reaches sleep after six quiet seconds; resolves with what takes
 * that back. The Revision and its PodAutoscaler both get the annotations: Knative from 1.21 copies the
 * Revision's to the PodAutoscaler, older ones read the PodAutoscaler's only. Everything else of a wake-up stays
 * as it is deployed, and no pod is started anew.
 */
export const quickSleep = async (model: string): Promise<() => Promise<void>> => {
  const revisions = (await trafficOf(model))
    .filter(({ percent = 0 }) => percent > 0)
    .map(({ revisionName }) => revisionName)
  const undo: (() => Promise<void>)[] = []
  for (const revision of revisions) {
    for (const kind of ['revision', 'podautoscaler']) {
      const had = (await getObject(kind, revision)).metadata.annotations ?? {}
      const before = Object.keys(QUICK).map((name) => [name, had[name] ?? null] as const)
      undo.push(() => annotate(kind, revision, Object.fromEntries(before)))
      await annotate(kind, revision, QUICK)
    }
  }
  return async () => {
    for (const step of undo) await step()
  }
}
