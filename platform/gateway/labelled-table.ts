import type { JudgedInstance } from '#db/feedback.ts'
import type { StoredPrediction } from '#db/history.ts'

const COLUMNS = [
  'prediction_id',
  'created_at',
  'version',
  'input',
  'answer',
  'label',
  'feedback_at',
]

/** A line as RFC 4180 has it. */
const lineOf = (fields: readonly string[]): string => {
  const quoted = fields.map((field) =>
    /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field,
  )
  return `${quoted.join(',')}\r\n`
}

/** One instance as it is, several as a JSON list of as many. */
const ofInstances = (instances: readonly JudgedInstance[], field: 'answer' | 'label'): string => {
  const values = instances.map((instance) => instance[field] ?? null)
  return values.length === 1 ? (values[0] ?? '') : JSON.stringify(values)
}

const rowOf = (prediction: StoredPrediction): string => {
  const { id, createdAt, version, input, output, feedback, feedbackAt } = prediction
  const instances = feedback?.instances ?? []
  const given = feedbackAt?.toISOString() ?? ''
  const names = [id, createdAt.toISOString(), version, JSON.stringify(input)]
  const [first] = instances
  if (first?.answer === undefined) {
    // A model without labels: the whole answer, and what was said of it.
    const said = first?.correct ? 'correct' : 'incorrect'
    return lineOf([...names, JSON.stringify(output), said, given])
  }
  const [answer, label] = [ofInstances(instances, 'answer'), ofInstances(instances, 'label')]
  return lineOf([...names, answer, label, given])
}

/** The bytes of a CSV table with a header, a line a prediction, made as they are read. */
export const labelledTable = async function* (
  rows: AsyncIterable<StoredPrediction>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  yield encoder.encode(lineOf(COLUMNS))
  for await (const row of rows) yield encoder.encode(rowOf(row))
}
