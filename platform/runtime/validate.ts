import type { z } from 'zod'
import type { FieldProblem } from './errors.ts'
import { InletError } from './errors.ts'

/** More would only repeat the same mistake, for instance in each row of a table. */
const MOST_PROBLEMS = 20

type Issue = z.core.$ZodIssue

const written = (path: readonly PropertyKey[]): string => path.map(String).join('.')

/** The alternative of a union that got furthest, so that a caller hears of the field that is wrong. */
const closest = (alternatives: readonly (readonly Issue[])[]): readonly Issue[] => {
  const wrongKeys = (issues: readonly Issue[]): number =>
    issues.filter(
      (issue) =>
        issue.code === 'unrecognized_keys' || (issue.path.length <= 1 && issue.input === undefined),
    ).length
  return alternatives.toSorted((a, b) => wrongKeys(a) - wrongKeys(b))[0] ?? []
}

const problemsOf = (
  issues: readonly Issue[],
  prefix: readonly PropertyKey[] = [],
): FieldProblem[] =>
  issues.flatMap((issue): FieldProblem[] => {
    const path = [...prefix, ...issue.path]
    if (issue.code === 'invalid_union') {
      const inner = problemsOf(closest(issue.errors), path)
      if (inner.length > 0) return inner
    }
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: written([...path, key]),
        reason: 'is not a known field',
      }))
    }
    const missing = issue.code === 'invalid_type' && issue.input === undefined
    return [{ field: written(path), reason: missing ? 'is required' : issue.message }]
  })

/** What zod's own messages leave unclear to a caller; a schema's own message goes first. */
const explain: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined
  const article = /^[aeio]/.test(issue.expected) ? 'an' : 'a'
  return `must be ${article} ${issue.expected}`
}

/**
 * Step 3 of a request: does the input fit its schema.
 * Throws `invalid_input` with the field and the reason of each problem; never with the value.
 */
export const validate = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const parsed = schema.safeParse(value, { reportInput: true, error: explain })
  if (parsed.success) return parsed.data
  const problems = problemsOf(parsed.error.issues).slice(0, MOST_PROBLEMS)
  throw new InletError('invalid_input', { problems })
}
