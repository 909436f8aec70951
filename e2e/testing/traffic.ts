import path from 'node:path'
import { PREVIOUS_TRAFFIC } from '#platform/delivery/traffic.ts'
import { runProgram } from '#platform/tools/run-program.ts'
import { trafficOf, untilServiceReady, type TrafficTarget } from './knative.ts'
import { getObject, kubectl } from './kubectl.ts'
import { until } from './until.ts'
import { predict } from './target.ts'

const COMMAND = path.resolve(import.meta.dirname, '../../platform/delivery/traffic-command.ts')

/** The delivery tool as a person calls it: `split sentiment v1-0-0=90,v2-0-0=10`; resolves with what it said. */
export const changeTraffic = (...words: string[]): Promise<string> =>
  runProgram(process.execPath, [COMMAND, ...words])

export type Traffic = { targets: TrafficTarget[]; previous: string | null }

/** What a test puts back in the end. */
export const saveTraffic = async (model: string): Promise<Traffic> => {
  const { metadata } = await getObject('ksvc', model)
  return {
    targets: await trafficOf(model),
    previous: metadata.annotations?.[PREVIOUS_TRAFFIC] ?? null,
  }
}

export const restoreTraffic = async (model: string, saved: Traffic): Promise<void> => {
  const patch = {
    metadata: { annotations: { [PREVIOUS_TRAFFIC]: saved.previous } },
    spec: { traffic: saved.targets },
  }
  await kubectl('patch', 'ksvc', model, '--type=merge', `--patch=${JSON.stringify(patch)}`)
  await untilServiceReady(model)
  const whole = saved.targets.find(({ percent }) => percent === 100)?.tag
  if (whole !== undefined) await untilAnsweredBy(model, whole.slice(1).replaceAll('-', '.'), 20)
}

/** Waits until every one of `count` requests in a row is answered by this version: the ingress has the routes. */
export const untilAnsweredBy = async (
  model: string,
  version: string,
  count = 10,
): Promise<void> => {
  await until(`${model} answers with ${version}`, async () => {
    for (let asked = 0; asked < count; asked += 1) {
      if ((await predict(model)).json['model_version'] !== version) return false
    }
    return true
  })
}
