import type { Feedback } from '#db/feedback.ts'
import type { StoredPrediction } from '#db/history.ts'
import type { Outcome } from '#platform/runtime/define-function.ts'
import { InletError } from '#platform/runtime/errors.ts'
import type { Model } from '#platform/runtime/read-models.ts'
import type { FeedbackBody } from './feedback-schemas.ts'

const refuse = (field: string, reason: string): InletError =>
  new InletError('invalid_input', { problems: [{ field, reason }] })

/** The labels that the version which answered may give; a version that is not served any more has none. */
const labelsOf = ({ card }: Model, version: string): readonly string[] => {
  if (Object.hasOwn(card.versions, version)) return card.versions[version]!.labels
  throw new InletError('unknown_version', {
    detail: `Version ${version} of ${card.name}, which made this prediction, is not served any more`,
  })
}

const labelsFor = (said: FeedbackBody, instances: number, known: readonly string[]) => {
  const choice = `one of ${known.join(', ')}`
  if ('correct' in said) {
    throw refuse('correct', `fits models without labels; send label or labels, ${choice}`)
  }
  if ('label' in said && instances > 1) {
    throw refuse('label', `fits one instance; send labels, a list of ${instances}`)
  }
  const labels = 'label' in said ? [said.label] : said.labels
  if (labels.length !== instances) {
    throw refuse('labels', `must have ${instances} labels, one for each instance`)
  }
  if (labels.every((label) => label === null)) {
    throw refuse('labels', 'must say something of at least one instance')
  }
  for (const [index, label] of labels.entries()) {
    if (label === null || known.includes(label)) continue
    throw refuse('label' in said ? 'label' : `labels.${index}`, `must be ${choice}`)
  }
  return labels
}

/**
 * Holds what a caller says against what was answered.
 * Throws `invalid_input` when it does not fit the prediction, `unknown_version` when nobody knows its labels.
 */
export const judgeFeedback = (
  model: Model,
  { version, output }: StoredPrediction,
  said: FeedbackBody,
): Feedback => {
  const { answer, outcomes } = model.definition
  const known = labelsOf(model, version)
  const parsed = answer.safeParse(output)
  if (!parsed.success) throw refuse('id', 'is of a prediction that has no answer to judge')
  if (outcomes === undefined || known.length === 0) {
    if ('correct' in said) return { instances: [{ correct: said.correct }] }
    const field = 'label' in said ? 'label' : 'labels'
    throw refuse(field, `is nothing that ${model.card.name} has; send correct, true or false`)
  }
  const answered: readonly Outcome[] = outcomes(parsed.data)
  const labels = labelsFor(said, answered.length, known)
  return {
    instances: answered.map(({ label: given, confidence }, index) => {
      const label = labels[index] ?? null
      return { label, answer: given, confidence, correct: label === null ? null : label === given }
    }),
  }
}
