/**
 * Shows functions waking, growing and sleeping under a bounded load, as a table in the terminal, and
 * writes what was measured to docs/LOAD_TEST.md. Names of functions as arguments play only those, and write nothing.
 */
import { countBy, percentile } from '../e2e/testing/tally.ts'
import { ACTS, nameOf } from './autoscaling/acts.ts'
import { play, type Played } from './autoscaling/play.ts'
import { sample, type Row, type Watched } from './autoscaling/sampler.ts'
import { createScreen, podsOverTime } from './autoscaling/screen.ts'
import { table, writeSection } from './document.ts'
import { describeMachine } from './machine.ts'

const INTERVAL_MS = 2000

const chosen = process.argv.slice(2)
const acts = ACTS.filter(({ model }) => chosen.length === 0 || chosen.includes(model))
if (acts.length === 0) {
  console.error(
    `There is no act of that name; there are ${ACTS.map(({ model }) => model).join(', ')}`,
  )
  process.exit(1)
}

const watched: Watched[] = acts.map(({ model, signal }) => ({
  model,
  signal,
  stage: '',
  load: null,
}))
const rows: Row[] = []
const screen = createScreen(process.stdout)
const watching = new AbortController()
const watch = async (): Promise<void> => {
  for await (const some of sample(watched, INTERVAL_MS, watching.signal)) {
    rows.push(...some)
    screen.show(some)
  }
}
const shown = watch()

const resting: Promise<Played>[] = []
for (const [index, act] of acts.entries()) {
  // One sleeps while the next is loaded.
  const { rested } = await play(act, watched[index]!)
  resting.push(rested)
}
const played = await Promise.all(resting)
watching.abort()
await shown

const podsOf = (model: string): number[] =>
  rows.filter((row) => row.model === model).map(({ ready }) => ready)

const summary = played.map(({ act, wakeMs, samples, restedAfter }) => {
  const took = samples.filter(({ status }) => status === 200).map(({ tookMs }) => tookMs)
  return [
    act.model,
    act.scaledBy,
    wakeMs === null ? '' : Math.round(wakeMs),
    Math.max(...podsOf(act.model)),
    samples.length,
    samples.length - took.length,
    ...[0.5, 0.95, 0.99].map((share) => Math.round(percentile(took, share))),
    Math.round(restedAfter),
  ]
})
const heads = ['first answer ms', 'most pods', 'requests', 'errors', 'p50 ms', 'p95 ms', 'p99 ms']
const summaryTable = table(['function', 'scaled by', ...heads, 'at rest after s'], summary)

/** One line a stage: what it was when it had lasted. */
const stageTable = table(
  ['function', 'load', 'pods', 'concurrency', 'rps', 'p50 ms', 'p95 ms', 'p99 ms', 'errors'],
  played.flatMap(({ act: { model, stages } }) =>
    stages.map(nameOf).map((stage) => {
      const some = rows.filter((row) => row.model === model && row.stage === stage)
      const median = (read: (row: Row) => number): number => percentile(some.map(read), 0.5)
      const pods = `${some[0]?.ready ?? ''} → ${some.at(-1)?.ready ?? ''}`
      const errors = some.reduce((total, row) => total + row.errors, 0)
      const figures = [median(({ concurrency }) => concurrency), median(({ rate }) => rate)]
      const times = [median(({ p50 }) => p50), median(({ p95 }) => p95), median(({ p99 }) => p99)]
      return [model, stage, pods, ...[...figures, ...times].map(Math.round), errors]
    }),
  ),
)

console.log(`\n${summaryTable}\n\n${stageTable}`)
for (const { act, samples } of played) {
  console.log(`${act.model}: ${JSON.stringify(countBy(samples, ({ status }) => status))}`)
}
if (chosen.length === 0) {
  const bars = played.map(
    ({ act: { model } }) => `${model.padEnd(10)}|${podsOverTime(podsOf(model), 100)}|`,
  )
  const seconds = Math.round(rows.at(-1)!.at)
  await writeSection(
    'autoscaling',
    `${await describeMachine()}\n\n${summaryTable}\n\nEach stage, medians of samples of ${INTERVAL_MS / 1000} s; pods at its begin and end:\n\n${stageTable}\n\nReady pods over the ${seconds} s of the run, each line to the height of its own most:\n\n\`\`\`\n${bars.join('\n')}\n\`\`\``,
  )
}
