/** Rows that a bin without one counts as: the logarithm of an empty bin has no end. */
const LEAST_ROWS = 0.5

/** What a version was made from: the share of each bin, and how many rows were counted. */
export type Reference = { readonly shares: readonly number[]; readonly rows: number }

/**
 * The population stability index of counts per bin against a reference with the same bins:
 * Σ (seen - expected) · ln(seen / expected) over the bins' shares (Siddiqi, Credit Risk Scorecards,
 * 2006: from 0.1 on a change is small, from 0.25 on it matters). 0 means the same shares.
 * inlet_training/drift/sketch.py computes the same of logged predictions.
 */
export const populationStabilityIndex = (
  { shares, rows }: Reference,
  counts: ArrayLike<number>,
): number => {
  let total = 0
  for (let bin = 0; bin < shares.length; bin++) total += counts[bin]!
  let index = 0
  for (const [bin, share] of shares.entries()) {
    const expected = Math.max(share * rows, LEAST_ROWS) / rows
    const seen = Math.max(counts[bin]!, LEAST_ROWS) / total
    index += (seen - expected) * Math.log(seen / expected)
  }
  return index
}

/** Of the standard normal distribution: exceeded once in ten thousand. */
const RARE = 3.719

/**
 * The index that chance alone exceeds about once in ten thousand although nothing drifted: few rows,
 * live or of the reference, move it far. Index · rows · samples / (rows + samples) is distributed as
 * chi-square with one degree less than bins (Yurdakul, Statistical Properties of Population
 * Stability Index, 2018); its quantile is Wilson and Hilferty's (1931).
 */
export const indexByChance = ({ shares, rows }: Reference, samples: number): number => {
  const degrees = shares.filter((share) => share > 0).length - 1
  if (degrees === 0) return 0
  const spread = 2 / (9 * degrees)
  const quantile = degrees * (1 - spread + RARE * Math.sqrt(spread)) ** 3
  return quantile * (1 / rows + 1 / samples)
}
