import type { Context } from 'hono'
import type { Logger } from '#observability/logger.ts'
import type { RequestTrace } from '#observability/tracing.ts'
import { readJson, type BodyLimits } from './check.ts'
import type { LiveDrift } from './drift/live-drift.ts'
import { InletError, toInletError } from './errors.ts'
import { HEADERS, identify } from './identify.ts'
import { logPrediction, milliseconds } from './log-prediction.ts'
import { serverTiming, type ModelIdentity, type Observer } from './observe.ts'
import { predict, type LoadedFunction } from './predict.ts'
import { recordPrediction, type Recorder, type RecordPolicy } from './record.ts'
import { respond, respondWithProblem } from './respond.ts'
import { createSteps } from './steps.ts'
import { validate } from './validate.ts'

export type PredictionOptions = {
  model: ModelIdentity
  /** Null when the model did not load. */
  loaded: LoadedFunction | null
  observer: Observer
  /** Null when nothing is watched. */
  drift: LiveDrift | null
  logger: Logger
  recorder: Recorder
  recordPolicy: RecordPolicy
  limits: BodyLimits
  gatewayToken: string
}

/** What callers are told of a model that did not load, or whose thread is gone. */
export const modelNotReady = ({ model, version }: ModelIdentity): InletError =>
  new InletError('model_not_ready', {
    detail: `The model of ${model} ${version} is not loaded; the log says why`,
  })

/**
 * The request map, top to bottom:
 * identify → check → validate → preprocess → batch → infer → postprocess → record → respond.
 * An input that does not fit never became a prediction: it is counted and logged, and has no row.
 */
export const answerPrediction = async (
  context: Context,
  options: PredictionOptions,
  trace: RequestTrace | null,
): Promise<Response> => {
  const { model, loaded, observer, drift, logger, recorder, recordPolicy, limits } = options
  const start = performance.now()
  const createdAt = new Date()
  const identity = identify((name) => context.req.header(name), options.gatewayToken, trace)
  const steps = createSteps(identity.span)
  const { phases } = steps
  let accepted: { input: unknown } | undefined
  observer.began()
  try {
    if (loaded === null || !loaded.isAlive()) throw modelNotReady(model)
    steps.begin('validate', start)
    const body = await readJson(context.req.raw, limits)
    const input = validate(loaded.definition.input, body)
    accepted = { input }
    steps.end()

    const { answer, confidence, embeddings } = await predict(
      loaded,
      input,
      steps,
      () => context.req.raw.signal.aborted,
    )
    const processingTimeMs = milliseconds(performance.now() - start)

    steps.begin('record')
    const row = { createdAt, input, output: answer, confidence, processingTimeMs }
    const recording = recordPrediction(recorder, recordPolicy, identity, model, {
      ...row,
      status: 200,
      errorCode: null,
    })
    const recorded = typeof recording === 'boolean' ? recording : await recording
    steps.end()

    const totalMs = performance.now() - start
    observer.predicted(200, totalMs, phases, confidence)
    drift?.answered(input, answer, embeddings)
    logPrediction(logger, model, identity, 200, totalMs, phases)
    const about = {
      model_version: model.version,
      prediction_id: identity.predictionId,
      processing_time_ms: processingTimeMs,
      ...(!recorded && { recorded: false as const }),
    }
    const timing = serverTiming(phases, totalMs)
    return respond(context, answer, identity, about, confidence, timing, model.revision)
  } catch (thrown) {
    const error = toInletError(thrown)
    steps.fail(error.code)
    const totalMs = performance.now() - start
    observer.predicted(error.status, totalMs, phases, null)
    observer.failed(error.code)
    logPrediction(logger, model, identity, error.status, totalMs, phases, error)
    // Nor did an input that only preprocessing could refuse.
    if (accepted !== undefined && error.status !== 422) {
      await recordPrediction(recorder, recordPolicy, identity, model, {
        createdAt,
        ...accepted,
        output: null,
        confidence: null,
        processingTimeMs: milliseconds(totalMs),
        status: error.status,
        errorCode: error.code,
      })
      context.header(HEADERS.predictionId, identity.predictionId)
    }
    return respondWithProblem(context, error, identity.requestId)
  } finally {
    observer.ended()
  }
}
