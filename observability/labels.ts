/** How a prediction ends. */
export const OUTCOMES = ['success', 'invalid', 'cancelled', 'unavailable', 'failed'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** The steps of a prediction, in this order. */
export const PREDICTION_PHASES = [
  'validate',
  'preprocess',
  'queue',
  'infer',
  'postprocess',
  'record',
] as const
export type PredictionPhase = (typeof PREDICTION_PHASES)[number]

/** What a start does, in this order: Node itself, our code, the models, the port. */
export const START_PHASES = ['runtime', 'code', 'model', 'listen'] as const
export type StartPhase = (typeof START_PHASES)[number]

/**
 * queued: taken in. written: committed. retried: a row whose batch failed, each time. spilled: put on the disk,
 * to be written later. conflict: its id was there before. refused: the database can never take it.
 * dropped: lost for want of room, or because it cannot be encoded or read back.
 */
export const RECORDER_EVENTS = [
  'queued',
  'written',
  'retried',
  'spilled',
  'conflict',
  'refused',
  'dropped',
] as const
export type RecorderEvent = (typeof RECORDER_EVENTS)[number]

/** What happens to a row, first in the recorder, then in the log. deleted: by age. */
export const RECORD_EVENTS = [...RECORDER_EVENTS, 'deleted'] as const

/** The connections that a pool may have, those at work, and the queries that wait for one. */
export const CONNECTION_STATES = ['size', 'in_use', 'waiting'] as const
export type ConnectionState = (typeof CONNECTION_STATES)[number]

const oneOf = (values: readonly string[]): string =>
  `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`

/** What each label of the catalogue may say, and what keeps the number of its values small. */
export const LABELS = {
  model_name:
    'a folder of `functions/`; empty in the gateway where a request names none that exists',
  version: 'a version of the model card, or `unknown` where the card cannot be read',
  revision: 'what Knative calls the deployment of the version; `local` without Knative',
  outcome: oneOf(OUTCOMES),
  code: 'an error code of [API.md](API.md#errors)',
  phase: `a step of a prediction (${PREDICTION_PHASES.join(', ')}) or of a start (${START_PHASES.join(', ')})`,
  event: oneOf(RECORD_EVENTS),
  feature:
    "a feature of the version's reference.json, or `label`, `confidence`, `embedding_distance`",
  source: 'log, from a gateway that reads the prediction log; absent from a function',
  endpoint:
    "a route of the gateway as it is written (`/api/v1/predictions/:id`), or `other`: never a caller's path",
  status: 'an HTTP status that the route may answer with',
  state: oneOf(CONNECTION_STATES),
} as const satisfies Record<string, string>
