/** Digits that are worth reading. */
const DIGITS = 3

const plain = (value: number): string =>
  Number(value.toPrecision(DIGITS)).toLocaleString('en-US', { maximumFractionDigits: 6 })

/** Steps of a unit, largest first: from this value on it is shown in that one. */
const scaled = (
  value: number,
  steps: readonly (readonly [least: number, unit: string])[],
): string => {
  const size = Math.abs(value)
  const [least, unit] = steps.find(([from]) => size >= from) ?? steps.at(-1)!
  return `${plain(value / least)}${unit}`
}

const SECONDS = [
  [60, ' min'],
  [1, ' s'],
  [1e-3, ' ms'],
  [1e-6, ' µs'],
] as const
const BYTES = [
  [2 ** 30, ' GiB'],
  [2 ** 20, ' MiB'],
  [2 ** 10, ' KiB'],
  [1, ' B'],
] as const
const THOUSANDS = [
  [1e9, ' Bil'],
  [1e6, ' Mil'],
  [1e3, ' K'],
  [1, ''],
] as const

const short = (value: number): string =>
  Math.abs(value) < 1 ? plain(value) : scaled(value, THOUSANDS)

const UNITS: Record<string, (value: number) => string> = {
  s: (value) => scaled(value, SECONDS),
  bytes: (value) => scaled(value, BYTES),
  percentunit: (value) => `${plain(value * 100)}%`,
  reqps: (value) => `${short(value)} req/s`,
  cps: (value) => `${short(value)}/s`,
  short,
}

/** A value as Grafana writes it in this unit. Throws for a unit that no panel has had so far. */
export const format = (value: number, unit: string): string => {
  const write = UNITS[unit]
  if (write === undefined) throw new Error(`no way to write the unit ${unit}: add it to format.ts`)
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'no data' : value > 0 ? '∞' : '-∞'
  return value === 0 && unit !== 'percentunit' ? '0' : write(value)
}
