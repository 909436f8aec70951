/** What each label of the catalogue may say, and what keeps the number of its values small. */
export const LABELS = {
  model_name:
    'a folder of `functions/`; empty in the gateway where a request names none that exists',
  version: 'a version of the model card',
  revision: 'what Knative calls the deployment of the version; `local` without Knative',
  outcome: 'success, invalid, cancelled, unavailable or failed',
  code: 'an error code of [API.md](API.md#errors)',
  phase:
    'a step of a prediction (validate, preprocess, queue, infer, postprocess, record) or of a start (runtime, code, model, listen)',
  event: 'queued, written, retried, spilled, conflict, refused, dropped or deleted',
  feature:
    "a feature of the version's reference.json, or `label`, `confidence`, `embedding_distance`",
  source: 'log, from a gateway that reads the prediction log; absent from a function',
  endpoint:
    "a route of the gateway as it is written (`/api/v1/predictions/:id`), or `other`: never a caller's path",
  status: 'an HTTP status that the route may answer with',
  state: 'size, in_use or waiting',
} as const satisfies Record<string, string>
