import { z } from 'zod'

/** Shares are written with nine decimals. */
const SUM_TOLERANCE = 1e-6

const shares = z.array(z.number().min(0).max(1)).min(1)
const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length
const ascending = (values: readonly number[]): boolean =>
  values.slice(1).every((value, index) => value > values[index]!)

/** Shares of numbers: share i is of values with exactly i edges at or below them. */
const ofNumbers = {
  edges: z.array(z.number()).min(1).refine(ascending, { error: 'must ascend strictly' }),
  shares,
}

/** Shares of names, in the same order; a live value of another name had none. */
const ofNames = {
  categories: z
    .array(z.string())
    .min(1)
    .refine(distinct, { error: 'must not name a category twice' }),
  shares,
}

type Histogram = { shares: readonly number[] } & (
  { edges: readonly number[] } | { categories: readonly string[] }
)

const sharesFit = ({ value, issues }: z.core.ParsePayload<Histogram>): void => {
  const bins = 'edges' in value ? value.edges.length + 1 : value.categories.length
  const sum = value.shares.reduce((total, share) => total + share, 0)
  const report = (message: string): void => {
    issues.push({ code: 'custom', path: ['shares'], input: value.shares, message })
  }
  if (value.shares.length !== bins) report(`must be ${bins} numbers, not ${value.shares.length}`)
  else if (Math.abs(sum - 1) > SUM_TOLERANCE) report(`must sum to 1, not to ${sum}`)
}

const name = z.string().min(1)
const rows = z.int().positive()

const feature = z.discriminatedUnion('kind', [
  z.strictObject({ name, kind: z.literal('number'), ...ofNumbers }).check(sharesFit),
  z.strictObject({ name, kind: z.literal('category'), ...ofNames }).check(sharesFit),
])

/** What `versions/<semver>/reference.json` may hold; Python's JSON Schema is made from this. */
export const referenceSketch = z.strictObject({
  schema_version: z.literal(1),
  /** Training rows that the features were counted over. */
  rows,
  features: z
    .array(feature)
    .min(1)
    .refine((features) => distinct(features.map((one) => one.name)), {
      error: 'must not name a feature twice',
    }),
  /** Of a classifier, over rows that it has not learnt from: on learnt ones it is too sure. */
  outputs: z
    .strictObject({
      rows,
      /** The labels of the card, in its order, by how often each was answered. */
      labels: z.strictObject(ofNames).check(sharesFit),
      /** The probability of the answered label. */
      confidence: z.strictObject(ofNumbers).check(sharesFit),
    })
    .optional(),
  /** Of a model that answers with embeddings, each brought to unit length first. */
  embedding: z
    .strictObject({
      rows,
      mean: z.array(z.number()).min(1),
      /** Deciles 1 to 9 of 1 - cosine(embedding, mean): a tenth of the rows lies in each of ten bins. */
      distance_quantiles: z
        .array(z.number().min(0).max(2))
        .length(9)
        .refine(ascending, { error: 'must ascend strictly' }),
    })
    .optional(),
})

/** What a version's inputs and outputs looked like when it was made; live ones are held against it. */
export type ReferenceSketch = z.infer<typeof referenceSketch>

/** Reads the parsed content of a reference.json; throws with the file and the field that does not fit. */
export const readReferenceSketch = (content: unknown, file: string): ReferenceSketch => {
  const parsed = referenceSketch.safeParse(content)
  if (!parsed.success) {
    throw new Error(
      `${file} is not a reference sketch; make the model again:\n${z.prettifyError(parsed.error)}`,
    )
  }
  return parsed.data
}
