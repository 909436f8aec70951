/** What is known of one version; null where nothing is. */
export type VersionFigures = {
  /** Whether one process at least has the model. */
  isLoaded: boolean | null
  requestsPerSecond: number | null
  /** Seconds. */
  p50: number | null
  p95: number | null
  /** 0 to 1, as confidence and accuracy are. */
  errorShare: number | null
  confidence: number | null
  /** The worst feature, and what its score exceeds by chance. */
  drift: { feature: string; score: number; chance: number | null } | null
  accuracy: number | null
  /** Instances that accuracy is of. */
  judged: number | null
}

/** What is known of all of it. */
export type Figures = {
  /** Where it comes from, in words. */
  source: string
  versions: ReadonlyMap<string, VersionFigures>
  gateway: {
    requestsPerSecond: number | null
    errorShare: number | null
    /** Models of which some requests were answered with 5xx; what no function answered is in no version's figures. */
    failing: { model: string; share: number }[]
  }
  /** Rows. */
  queued: number | null
  lost: number | null
  isDatabaseUp: boolean | null
  /** What each is about: models and pods, and in detail features and the like. Null where nobody watches. */
  alerts: { name: string; severity: string; about: string; detail: string }[] | null
}

/** The key of one version in `versions`. */
export const versionKey = (model: string, version: string): string => `${model} ${version}`

/** The same of a series. */
export const keyOf = ({ labels }: { labels: Record<string, string> }): string =>
  versionKey(labels['model_name'] ?? '', labels['version'] ?? '')

/** Of a version of which nothing is known. */
export const NO_FIGURES: VersionFigures = {
  isLoaded: null,
  requestsPerSecond: null,
  p50: null,
  p95: null,
  errorShare: null,
  confidence: null,
  drift: null,
  accuracy: null,
  judged: null,
}

type Scored = { labels: Record<string, string>; value: number }

/** By version: the feature that drifted most. */
export const worstDrift = (
  scores: readonly Scored[],
  chances: readonly Scored[],
): Map<string, NonNullable<VersionFigures['drift']>> => {
  const worst = new Map<string, NonNullable<VersionFigures['drift']>>()
  // What is scored no more is not a number.
  for (const one of scores.filter(({ value }) => !Number.isNaN(value))) {
    const key = keyOf(one)
    if ((worst.get(key)?.score ?? -Infinity) >= one.value) continue
    const feature = one.labels['feature'] ?? ''
    const chance = chances.find(
      (other) => keyOf(other) === key && other.labels['feature'] === feature,
    )
    worst.set(key, { feature, score: one.value, chance: chance?.value ?? null })
  }
  return worst
}
