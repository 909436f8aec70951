import type { Sample } from './load.ts'

/** How many samples there are of each value, the most frequent first. */
export const countBy = (
  samples: readonly Sample[],
  read: (sample: Sample) => string | number,
): Record<string, number> => {
  const counts = new Map<string, number>()
  for (const sample of samples) {
    const key = String(read(sample))
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a))
}

/** Answers other than 200, each kind with its count and its first text. */
export const failuresOf = (samples: readonly Sample[]): Record<string, number> =>
  countBy(
    samples.filter(({ status }) => status !== 200),
    ({ status, failure }) => `${status} ${failure}`,
  )

/** The value below which this share of the values lies (nearest rank); 0 of none. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

/** Chance that of `trials` independent choices at most `count` fall on what has this probability. */
export const binomialAtMost = (count: number, trials: number, probability: number): number => {
  // In logarithms: the single terms of a thousand trials are below what a double holds.
  let logTerm = trials * Math.log1p(-probability)
  let sum = Math.exp(logTerm)
  for (let k = 1; k <= count; k += 1) {
    logTerm += Math.log((trials - k + 1) / k) + Math.log(probability) - Math.log1p(-probability)
    sum += Math.exp(logTerm)
  }
  return Math.min(1, sum)
}

/**
 * The counts from `least` to `most` outside which a fair split falls with a chance of at most
 * `falseAlarm`, half of it on each side.
 */
export const binomialBounds = (
  trials: number,
  probability: number,
  falseAlarm: number,
): { least: number; most: number } => {
  let least = 0
  while (binomialAtMost(least, trials, probability) <= falseAlarm / 2) least += 1
  let most = least
  while (1 - binomialAtMost(most, trials, probability) > falseAlarm / 2) most += 1
  return { least, most }
}
