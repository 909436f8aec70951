import type { Batcher } from './batch.ts'
import type { AnyFunctionDefinition } from './define-function.ts'
import { InletError } from './errors.ts'
import { withoutMessage } from './handler-failure.ts'
import type { ModelSignature } from './signature.ts'
import { describeMismatch } from './signature.ts'
import type { Steps } from './steps.ts'
import { round } from './tensors.ts'

export type Prediction = {
  answer: object
  /** Lowest over the rows, 0 to 1; null for a model without one. */
  confidence: number | null
  /** One per instance, of a model that answers with them; watched for drift. */
  embeddings: readonly Float32Array[]
}

/** A function whose model is loaded. */
export type LoadedFunction = {
  readonly definition: AnyFunctionDefinition
  readonly resources: unknown
  readonly signature: ModelSignature
  readonly batcher: Batcher
  /** The content of the version's reference.json; null when it has none. */
  readonly reference: unknown
  /** False while the model's thread is gone. */
  readonly isAlive: () => boolean
}

/**
 * Steps 4 to 7 of a request: preprocess → batch → infer → postprocess, each timed by `steps`.
 * Throws `inference_failed` when the handler or the model fails, `overloaded` when too much waits,
 * `cancelled` when nobody waits for a request of several instances any more.
 */
export const predict = async (
  { definition, resources, signature, batcher }: LoadedFunction,
  input: unknown,
  steps: Steps,
  isAbandoned?: () => boolean,
): Promise<Prediction> => {
  try {
    steps.begin('preprocess')
    const { instances, carry } = withoutMessage(() => definition.preprocess(input, resources))
    for (const instance of instances) {
      const mismatch = describeMismatch(instance, signature.inputs, 'input')
      if (mismatch !== null) throw new Error(mismatch)
    }
    steps.end()

    steps.begin('queue')
    const { outputs, inferMs, endedAt, runs } = await batcher.run(instances, {
      isAbandoned: instances.length > 1 ? isAbandoned : undefined,
      began: (at) => {
        steps.end(at)
        steps.begin('infer', at)
      },
      span: steps.span,
    })
    steps.end(endedAt, inferMs, runs)

    steps.begin('postprocess')
    const answered = withoutMessage(() => definition.postprocess(outputs, carry, resources))
    const { answer, confidences, embeddings = [] } = answered
    const confidence = confidences.length === 0 ? null : round(Math.min(...confidences))
    steps.end()
    return { answer: answer as object, confidence, embeddings }
  } catch (thrown) {
    if (thrown instanceof InletError) throw thrown
    throw new InletError('inference_failed', { cause: thrown })
  }
}
