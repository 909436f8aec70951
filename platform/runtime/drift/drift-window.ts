export type DriftWindow = {
  /** How many of the latest values fell into each bin. */
  readonly counts: Uint32Array
  /** Values in the window: at most its length. */
  readonly size: number
  add(bin: number): void
}

/**
 * Counts the latest `length` values by bin. A ring keeps their bins and never the values:
 * four bytes each, and a new value takes the place of the oldest in constant time.
 */
export const createDriftWindow = (bins: number, length: number): DriftWindow => {
  const ring = new Uint32Array(length)
  const counts = new Uint32Array(bins)
  let next = 0
  let size = 0
  return {
    counts,
    get size() {
      return size
    },
    add: (bin) => {
      if (size === length) counts[ring[next]!]! -= 1
      else size += 1
      ring[next] = bin
      counts[bin]! += 1
      next = next + 1 === length ? 0 : next + 1
    },
  }
}
