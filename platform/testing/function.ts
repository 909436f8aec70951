import path from 'node:path'
import { createLogger } from '#observability/logger.ts'
import { createInstruments } from '#observability/instruments.ts'
import { createTelemetry } from '#observability/telemetry.ts'
import { noTracing } from '#observability/tracing.ts'
import { createFunction, type FunctionOptions } from '../runtime/create-function.ts'
import { readModel } from '../runtime/read-models.ts'
import { nullRecorder } from '../runtime/record.ts'
import { FUNCTIONS } from './model-folder.ts'

/** The function of a shipped model, called without a port; its options may be replaced. */
export const startTestFunction = async (
  name: string,
  version?: string,
  options: Partial<FunctionOptions> = {},
) => {
  const telemetry = createTelemetry()
  const model = await readModel(options.folder ?? path.join(FUNCTIONS, name))
  const one = await createFunction({
    ...model,
    version: version ?? model.card.default_version,
    revision: 'test',
    instruments: createInstruments(telemetry.meter),
    logger: createLogger('silent'),
    tracing: noTracing,
    recorder: nullRecorder,
    recordPolicy: { mode: 'async', input: 'full' },
    limits: { maxBodyBytes: 1024 * 1024, maxJsonDepth: 16 },
    inference: { mode: 'inline', threads: 1, maxQueue: 10_000 },
    driftWindow: 1_000,
    gatewayToken: 'token',
    metricsPage: telemetry.page,
    ...options,
  })
  const call = async (address: string, init: RequestInit = {}) =>
    one.fetch(new Request(`http://${name}.localhost${address}`, init))
  const predict = async (input: unknown, headers: Record<string, string> = {}) => {
    const response = await call('/predict', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(input),
    })
    const body = (await response.json()) as Record<string, unknown>
    return { status: response.status, headers: response.headers, body }
  }
  return { ...one, call, predict, telemetry }
}
