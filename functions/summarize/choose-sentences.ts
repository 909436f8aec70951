/** Weight of saying much against repeating; chosen by measurement in training/. */
const RELEVANCE_WEIGHT = 0.8
/** A sentence of a few words is central to many texts and says little about any. */
const LENGTH_WEIGHT = 0.3
/** Words; longer sentences gain nothing more. */
const FULL_LENGTH = 25

/** A sentence and its unit embedding. */
export type Candidate = { text: string; embedding: Float32Array }

export type Choice = {
  index: number
  /** Cosine of the sentence to the mean of all, -1 to 1. */
  centrality: number
}

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!
  return sum
}

const unitMean = (vectors: readonly Float32Array[]): Float32Array => {
  const mean = new Float32Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) {
    for (let index = 0; index < mean.length; index++) mean[index]! += vector[index]!
  }
  const length = Math.sqrt(dot(mean, mean)) || 1
  return mean.map((value) => value / length)
}

/**
 * Chooses up to `count` sentences by maximal marginal relevance (Carbonell and Goldstein 1998):
 * central to the document and not too short, unlike what is chosen already. Ties go to the earlier
 * sentence. Memory grows with the number of sentences only. Result in the order of the text.
 */
export const chooseSentences = (candidates: readonly Candidate[], count: number): Choice[] => {
  const embeddings = candidates.map(({ embedding }) => embedding)
  const mean = unitMean(embeddings)
  const centrality = embeddings.map((embedding) => dot(embedding, mean))
  const relevance = candidates.map(({ text }, index) => {
    const words = text.split(/\s+/).length
    return centrality[index]! + LENGTH_WEIGHT * Math.min(words / FULL_LENGTH, 1)
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
