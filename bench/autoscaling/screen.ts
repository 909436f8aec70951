import type { Row } from './sampler.ts'

const COLUMNS: readonly [string, (row: Row) => string][] = [
  ['time', ({ at }) => `${at.toFixed(0)} s`],
  ['function', ({ model }) => model],
  ['now', ({ stage }) => stage],
  ['ready', ({ ready }) => String(ready)],
  ['desired', ({ desired }) => String(desired)],
  ['concurrency', ({ concurrency }) => concurrency.toFixed(1)],
  ['signal', ({ signal }) => signal?.toFixed(1) ?? ''],
  ['rps', ({ rate }) => rate.toFixed(0)],
  ['p50 ms', ({ p50 }) => p50.toFixed(0)],
  ['p95 ms', ({ p95 }) => p95.toFixed(0)],
  ['p99 ms', ({ p99 }) => p99.toFixed(0)],
  ['errors', ({ errors }) => String(errors)],
]
const WIDTHS = [6, 9, 20, 5, 7, 11, 6, 5, 6, 6, 6, 6]
/** Names stand to the left, figures to the right. */
const LEFT = 3

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, column) =>
      column > 0 && column < LEFT ? cell.padEnd(WIDTHS[column]!) : cell.padStart(WIDTHS[column]!),
    )
    .join('  ')

const BARS = ' ▁▂▃▄▅▆▇█'

/** One character a sample: how many pods were ready, of the most there were. */
export const podsOverTime = (counts: readonly number[], width: number): string => {
  const most = Math.max(1, ...counts)
  const step = Math.max(1, Math.ceil(counts.length / width))
  let bars = ''
  for (let first = 0; first < counts.length; first += step) {
    const count = Math.max(...counts.slice(first, first + step))
    bars += BARS[Math.ceil((count / most) * (BARS.length - 1))]!
  }
  return bars
}

/** Shows samples (`signal` is what the autoscaler decides by): a table drawn anew in its place on a terminal, a line for each sample elsewhere. */
export const createScreen = (output: NodeJS.WriteStream) => {
  const history = new Map<string, number[]>()
  const told = new Map<string, string>()
  let drawn = 0

  const draw = (rows: readonly Row[]): void => {
    const lines = [
      line(COLUMNS.map(([name]) => name)),
      ...rows.map((row) => line(COLUMNS.map(([, read]) => read(row)))),
      '',
      ...rows.map(({ model }) => {
        const counts = history.get(model) ?? []
        return `${model.padEnd(12)}|${podsOverTime(counts, 60)}| most ready pods ${Math.max(...counts)}`
      }),
    ]
    // Up to the table's first line, and each line cleared before it is written.
    const up = drawn === 0 ? '' : `\x1b[${drawn}A`
    const fitting = lines.map((one) => one.slice(0, output.columns))
    output.write(`${up}${fitting.map((one) => `\x1b[2K${one}\n`).join('')}`)
    drawn = lines.length
  }

  return {
    show: (rows: readonly Row[]): void => {
      for (const { model, ready } of rows) {
        history.set(model, [...(history.get(model) ?? []), ready])
      }
      if (output.isTTY) return draw(rows)
      if (drawn++ === 0) output.write(`${line(COLUMNS.map(([name]) => name))}\n`)
      for (const row of rows) {
        const state = [row.stage, row.ready, row.desired].join()
        // A function at rest is told of once.
        if (row.stage === '' || (row.rate === 0 && told.get(row.model) === state)) continue
        told.set(row.model, state)
        output.write(`${line(COLUMNS.map(([, read]) => read(row)))}\n`)
      }
    },
  }
}
