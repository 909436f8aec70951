import { availableParallelism } from 'node:os'
import type { Logger } from '#observability/logger.ts'
import type { Instruments } from '#observability/instruments.ts'
import type { Telemetry } from '#observability/telemetry.ts'
import type { Tracing } from '#observability/tracing.ts'
import type { Config } from '#platform/config.ts'
import {
  createFunction,
  createUnreadableFunction,
  type InletFunction,
  type ServingOptions,
} from '#platform/runtime/create-function.ts'
import type { Fetch } from '#platform/runtime/fetch.ts'
import { tagOf } from '#platform/runtime/model-card.ts'
import type { Model } from '#platform/runtime/read-models.ts'
import type { Recorder } from '#platform/runtime/record.ts'
import type { Folders } from './read-folders.ts'

/** What every function of a process shares. */
export type Shared = {
  config: Config
  logger: Logger
  telemetry: Telemetry
  tracing: Tracing
  instruments: Instruments
  recorder: Recorder
  gatewayToken: string
}

const servingOptions = (shared: Shared): ServingOptions => {
  const { config, logger, telemetry, tracing, instruments, recorder, gatewayToken } = shared
  return {
    revision: config.K_REVISION,
    instruments,
    logger,
    tracing,
    recorder,
    recordPolicy: { mode: config.RECORD, input: config.RECORD_INPUT },
    limits: { maxBodyBytes: config.MAX_BODY_BYTES, maxJsonDepth: config.MAX_JSON_DEPTH },
    gatewayToken,
    metricsPage: telemetry.page,
  }
}

/** What a role starts. */
export type Parts = {
  models: readonly Model[]
  functions: ReadonlyMap<string, InletFunction>
  fetch: Fetch
}

/** Makes the function of one version. */
export const startFunction = (
  shared: Shared,
  model: Model,
  version: string,
): Promise<InletFunction> => {
  const { INFERENCE, INFERENCE_THREADS, MAX_QUEUE_ROWS, DRIFT_WINDOW } = shared.config
  return createFunction({
    ...servingOptions(shared),
    ...model,
    version,
    inference: {
      mode: INFERENCE,
      threads: INFERENCE_THREADS || availableParallelism(),
      maxQueue: MAX_QUEUE_ROWS,
    },
    driftWindow: DRIFT_WINDOW,
  })
}

/** Every version of every folder, by the first label of their hosts: `sentiment`, `v1-0-0-sentiment`. */
export const startAllFunctions = async (
  shared: Shared,
  { models, unreadable }: Folders,
): Promise<Map<string, InletFunction>> => {
  const started = await Promise.all(
    models.flatMap((model) =>
      Object.keys(model.card.versions).map(async (version): Promise<[string, InletFunction][]> => {
        const one = await startFunction(shared, model, version)
        const { name, default_version: standard } = model.card
        const tagged: [string, InletFunction] = [`${tagOf(version)}-${name}`, one]
        return version === standard ? [[name, one], tagged] : [tagged]
      }),
    ),
  )
  const options = servingOptions(shared)
  const broken = unreadable.map((name): [string, InletFunction] => [
    name,
    createUnreadableFunction(options, name),
  ])
  return new Map([...started.flat(), ...broken])
}
