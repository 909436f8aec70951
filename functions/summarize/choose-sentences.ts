/** Weight of saying much against repeating. This and the other numbers were chosen by measurement in training/. */
const RELEVANCE_WEIGHT = 0.9
/** A sentence is as central as the few nearest to it are near: a text is about what it says more than once. */
const NEAREST = 4
/** Sentences to each side that may be near, so that the work grows with the text's length and not its square. */
const WINDOW = 64
/** Sentences of fewer words are near to many and say little: they are chosen when nothing else is left. */
const FEWEST_WORDS = 8

/** A sentence and its unit embedding. */
export type Candidate = { text: string; embedding: Float32Array }

export type Choice = {
  index: number
  /** Mean cosine to the nearest sentences, -1 to 1; 1 for a text of one sentence. */
  centrality: number
}

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!
  return sum
}

const centralityOf = (embeddings: readonly Float32Array[], index: number): number => {
  const cosines: number[] = []
  const last = Math.min(index + WINDOW, embeddings.length - 1)
  for (let other = Math.max(index - WINDOW, 0); other <= last; other++) {
    if (other !== index) cosines.push(dot(embeddings[index]!, embeddings[other]!))
  }
  if (cosines.length === 0) return 1
  const nearest = cosines.toSorted((a, b) => b - a).slice(0, NEAREST)
  return nearest.reduce((sum, cosine) => sum + cosine, 0) / nearest.length
}

/**
 * Chooses up to `count` sentences by maximal marginal relevance (Carbonell and Goldstein 1998):
 * central and not too short, unlike what is chosen already. Ties go to the earlier sentence. Memory
 * grows with the number of sentences only. Result in the order of the text.
 */
export const chooseSentences = (candidates: readonly Candidate[], count: number): Choice[] => {
  const embeddings = candidates.map(({ embedding }) => embedding)
  const centrality = embeddings.map((_, index) => centralityOf(embeddings, index))
  const relevance = candidates.map(({ text }, index) => {
    const isShort = text.trim().split(/\s+/).length < FEWEST_WORDS
    return centrality[index]! - (isShort ? 1 : 0)
  })
  const redundancy = embeddings.map(() => 0)
  const left = new Set(embeddings.keys())
  const chosen: Choice[] = []
  while (chosen.length < count && left.size > 0) {
    let best = -1
    let bestScore = -Infinity
    for (const index of left) {
      const score =
        RELEVANCE_WEIGHT * relevance[index]! - (1 - RELEVANCE_WEIGHT) * redundancy[index]!
      if (score > bestScore) [best, bestScore] = [index, score]
    }
    left.delete(best)
    chosen.push({ index: best, centrality: centrality[best]! })
    for (const index of left) {
      const likeness = dot(embeddings[index]!, embeddings[best]!)
      redundancy[index] = Math.max(redundancy[index]!, likeness)
    }
  }
  return chosen.toSorted((a, b) => a.index - b.index)
}
