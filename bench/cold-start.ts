/**
 * From-zero latency: iris, digits and sentiment beside a bare Node server, one after the other in each round.
 * A sample is one request to a service that has no pod, timed by the client: through the ingress and the
 * activator, which holds it until the pod is ready. Writes its table to docs/LOAD_TEST.md.
 */
import { getObjects } from '../e2e/testing/kubectl.ts'
import { percentile } from '../e2e/testing/tally.ts'
import { ask, exampleOf } from '../e2e/testing/target.ts'
import { until } from '../e2e/testing/until.ts'
import { table, writeSection } from './document.ts'
import { deployHello, HELLO } from './hello-service.ts'
import { describeMachine } from './machine.ts'
import { quickSleep } from './quick-sleep.ts'

const ROUNDS = Number(process.argv[2] ?? 20)
const MODELS = ['iris', 'digits', 'sentiment']
const SERVICES = [HELLO, ...MODELS]

type Sample = { tookMs: number; parts: Record<string, number> }

const readParts = (header: string): Record<string, number> =>
  Object.fromEntries(
    [...header.matchAll(/([\w-]+);dur=([\d.]+)/g)].map(([, name, took]) => [name!, Number(took)]),
  )

/** Names are unique in the cluster: the host names hold no namespace. */
const isAsleep = async (service: string): Promise<boolean> => {
  const labels = `serving.knative.dev/service=${service}`
  const scales = await getObjects('podautoscalers', labels, '--all-namespaces')
  const pods = await getObjects('pods', labels, '--all-namespaces')
  return (
    scales.every(({ status }) => (status?.actualScale ?? 0) === 0) &&
    // One that ends takes no requests any more; Knative lets it stand idle for half a minute.
    pods.every(({ metadata }) => metadata.deletionTimestamp !== undefined)
  )
}

const wake = async (service: string): Promise<Sample> => {
  const start = performance.now()
  const answer = await (service === HELLO
    ? ask({ host: service, path: '/' })
    : ask({ host: service, path: '/predict', body: exampleOf(service) }))
  const tookMs = performance.now() - start
  const parts = readParts(String(answer.headers['server-timing']))
  if (answer.status !== 200 || parts['start-runtime'] === undefined) {
    throw new Error(`${service} did not wake: ${answer.status} ${answer.text.slice(0, 200)}`)
  }
  return { tookMs, parts }
}

const samples = new Map<string, Sample[]>(SERVICES.map((service) => [service, []]))
const undo: (() => Promise<void>)[] = []
try {
  undo.push(await deployHello())
  for (const model of MODELS) undo.push(await quickSleep(model))
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const service of SERVICES) {
      await until(`${service} sleeps`, () => isAsleep(service), { seconds: 240, everyMs: 1000 })
    }
    // Each begins a round in its turn.
    const first = round % SERVICES.length
    for (const service of [...SERVICES.slice(first), ...SERVICES.slice(0, first)]) {
      samples.get(service)!.push(await wake(service))
    }
    const line = SERVICES.map((one) => `${one} ${samples.get(one)!.at(-1)!.tookMs.toFixed(0)}`)
    console.log(`round ${round}: ${line.join(', ')} ms`)
  }
} finally {
  for (const step of undo.toReversed()) await step()
}

const measured = (service: string, share: number): number =>
  percentile(
    samples.get(service)!.map(({ tookMs }) => tookMs),
    share,
  )
const part = (service: string, name: string): string => {
  const took = samples.get(service)!.flatMap(({ parts }) => parts[name] ?? [])
  return took.length === 0 ? '' : percentile(took, 0.5).toFixed(0)
}
const rows = SERVICES.map((service) => [
  service,
  Math.round(measured(service, 0.5)),
  Math.round(measured(service, 0.95)),
  (measured(service, 0.5) / measured(HELLO, 0.5)).toFixed(2),
  ...['start-runtime', 'start-code', 'start-model', 'start-listen', 'total'].map((name) =>
    part(service, name),
  ),
])
const head = [
  'service',
  'p50 ms',
  'p95 ms',
  'of the bare server',
  'Node',
  'code',
  'model',
  'listen',
]
const made = table([...head, 'first answer'], rows)
console.log(`\n${made}`)
await writeSection('cold-start', `${await describeMachine()} ${ROUNDS} wake-ups each.\n\n${made}`)
