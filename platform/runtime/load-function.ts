import { createBatcher } from './batch.ts'
import type { AnyFunctionDefinition } from './define-function.ts'
import { loadModel, type InferenceMode } from './infer.ts'
import { causeOf } from './log-prediction.ts'
import type { VersionCard } from './model-card.ts'
import type { Observer } from './observe.ts'
import { predict, type LoadedFunction } from './predict.ts'
import { createSteps } from './steps.ts'
import { readVersionFolder } from './version-folder.ts'

const REFERENCE_FILE = 'reference.json'

export type InferenceOptions = {
  mode: InferenceMode
  /** Intra-op threads of one run. */
  threads: number
  /** Rows that may wait. */
  maxQueue: number
}

/** A loaded function that can be given back. */
export type ClosableFunction = LoadedFunction & { close(): Promise<void> }

/**
 * Verifies a version's files, loads its model, and holds the handler against it with the handler's
 * own example. Throws with both sides' names when they do not fit.
 */
export const loadFunction = async (
  folder: string,
  version: string,
  card: VersionCard,
  definition: AnyFunctionDefinition,
  options: InferenceOptions,
  observer: Observer,
): Promise<ClosableFunction> => {
  const start = performance.now()
  const assets = await readVersionFolder(folder, version, card)
  const { session } = await loadModel({
    path: assets.modelPath,
    bytes: assets.modelBytes,
    ...options,
  })
  try {
    const resources = definition.setup(assets)
    const batcher = createBatcher({
      execute: session.run,
      maxBatch: card.max_batch,
      batchable: card.batchable,
      maxQueue: options.maxQueue,
      onBatch: observer.batch,
    })
    const { signature } = session
    const loaded: LoadedFunction = {
      definition,
      resources,
      signature,
      batcher,
      reference: assets.has(REFERENCE_FILE) ? assets.json(REFERENCE_FILE) : null,
      isAlive: () => session.isAlive,
    }
    const trying = predict(loaded, definition.example, createSteps())
    const { answer } = await trying.catch((thrown: Error) => {
      throw new Error(`the handler does not fit ${assets.modelPath}: ${causeOf(thrown)}`)
    })
    definition.answer.parse(answer)
    observer.loaded((performance.now() - start) / 1000, assets.modelBytes)
    return {
      ...loaded,
      close: async () => {
        await batcher.idle()
        await session.close()
      },
    }
  } catch (thrown) {
    await session.close()
    throw thrown
  }
}
