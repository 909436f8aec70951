import path from 'node:path'
import { z } from 'zod'
import { FEWEST_DRIFT_SAMPLES } from '#observability/metrics.ts'

const whole = (minimum: number, maximum: number) => {
  const error = `must be a whole number from ${minimum} to ${maximum}`
  return z.coerce.number({ error }).int({ error }).min(minimum, { error }).max(maximum, { error })
}
const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` })
const SHARE = 'must be a number from 0 to 1'
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

/**
 * Every setting: its default, its check, and in `describe` its unit and effect.
 * docs/DEPLOYMENT.md lists the same, held to this by a test.
 */
export const settings = {
  ROLE: oneOf(['all', 'function', 'gateway', 'migrate'])
    .default('all')
    .describe(
      'What this process is: everything, one function, the gateway, or a migration that ends',
    ),
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; containers set 0.0.0.0'),
  PORT: whole(0, 65535).default(8080).describe('Port for traffic; 0 takes a free one'),
  METRICS_PORT: whole(0, 65535)
    .default(9464)
    .describe(
      'Port for Prometheus, apart from traffic so that a scrape wakes nothing; 0 turns it off',
    ),
  ALLOWED_HOSTS: list
    .default([])
    .describe('Host names to answer for besides localhost, separated by commas'),
  CORS_ORIGINS: list
    .default([])
    .describe('Origins whose pages may call the gateway, separated by commas'),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('Least severe log line that is written; each request is an info line'),
  FUNCTION: z
    .string()
    .default('')
    .describe('The model that ROLE=function serves: a folder of functions/'),
  MODEL_VERSION: z
    .string()
    .default('')
    .describe("The version that ROLE=function serves; empty is the card's default"),
  FUNCTIONS_DIRECTORY: z
    .string()
    .default(path.resolve(import.meta.dirname, '../functions'))
    .describe('Folder that holds one folder per model'),
  FUNCTION_URL: z
    .string()
    .default('http://{host}.localhost:8080')
    .describe('Where ROLE=gateway finds a function; {host} is the model, or tag-model'),
  GATEWAY_TOKEN: z
    .string()
    .default('')
    .describe(
      'Secret shared by gateway and functions; only with it a function takes an id from outside',
    ),
  K_REVISION: z.string().default('local').describe('Set by Knative: the revision that answers'),
  DATABASE_URL: z
    .string()
    .default('')
    .describe('postgres://…; empty keeps an embedded Postgres in DATA_DIRECTORY'),
  DATABASE_POOL: whole(1, 100).default(5).describe('Connections to the Postgres server'),
  MIGRATE: oneOf(['start', 'never'])
    .default('start')
    .describe('Whether to bring the database schema up to date at start'),
  MIGRATION_WAIT_SECONDS: whole(0, 600)
    .default(30)
    .describe('Seconds that ROLE=migrate waits for a server that is not there yet'),
  DATA_DIRECTORY: z
    .string()
    .default('.inlet')
    .describe('Folder for the embedded database and for records that wait for a server'),
  RECORD: oneOf(['async', 'sync'])
    .default('async')
    .describe('sync answers when the row is committed, or after 10 s with "recorded": false'),
  RECORD_INPUT: oneOf(['full', 'hash', 'none'])
    .default('full')
    .describe('What a row keeps of the input: all of it, its sha256, or nothing'),
  RECORD_QUEUE: whole(1, 1_000_000).default(10_000).describe('Rows that may wait for the database'),
  RECORD_SPILL_BYTES: whole(0, 2 ** 40)
    .default(256 * 1024 * 1024)
    .describe('Bytes of records kept on disk while the database is away'),
  RETENTION_DAYS: whole(0, 36_500)
    .default(30)
    .describe('Days that a prediction is kept; 0 keeps all'),
  MAX_BODY_BYTES: whole(1024, 64 * 1024 * 1024)
    .default(1024 * 1024)
    .describe('Bytes of a request body; more is answered 413'),
  MAX_JSON_DEPTH: whole(2, 1000).default(16).describe('Levels of nesting in a JSON body'),
  MAX_QUEUE_ROWS: whole(1, 1_000_000)
    .default(2_000)
    .describe('Rows that may wait for a model; more is answered 503'),
  PREDICTION_TIMEOUT_MS: whole(1, 600_000)
    .default(60_000)
    .describe('Milliseconds after which the gateway gives a function up with 504'),
  INFERENCE: oneOf(['auto', 'inline', 'worker'])
    .default('auto')
    .describe('Where a model runs: on the event loop, in a thread, or as measured at start'),
  INFERENCE_THREADS: whole(0, 64)
    .default(0)
    .describe('Threads of one inference; 0 takes the processors that this process may use'),
  DRIFT_WINDOW: whole(0, 1_000_000)
    .refine((instances) => instances === 0 || instances >= FEWEST_DRIFT_SAMPLES, {
      error: `must be 0, or at least ${FEWEST_DRIFT_SAMPLES}: fewer instances say nothing of drift`,
    })
    .default(1_000)
    .describe(
      "Instances of a function's latest predictions that are held against its version's training; 0 watches none",
    ),
  STOP_TIMEOUT_SECONDS: whole(1, 600)
    .default(20)
    .describe('Seconds to finish requests and write records after SIGTERM'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .default('')
    .describe('OTLP receiver for traces; empty sends none'),
  OTEL_TRACES_SAMPLER: oneOf([
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  ])
    .default('parentbased_always_on')
    .describe(
      "Which traces are kept; parentbased_ follows the caller's choice where there is a caller",
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: SHARE })
    .min(0, { error: SHARE })
    .max(1, { error: SHARE })
    .default(1)
    .describe('Share of traces that a sampler with traceidratio keeps, 0 to 1'),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: z
    .string()
    .regex(/^$|^https?:\/\/[^/]/, { error: 'must begin with http:// or https://' })
    .default('')
    .describe(
      'OTLP receiver that all metrics are pushed to, with its path; empty shows them to be scraped, never both',
    ),
  OTEL_METRIC_EXPORT_INTERVAL: whole(100, 3_600_000)
    .default(5_000)
    .describe('Milliseconds between two pushes of the metrics'),
}

/** Settings of the tools that build, deploy and load a cluster. */
export const deliverySettings = {
  CLUSTER: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,40}$/, { error: 'must be lower-case letters, digits and -' })
    .default('inlet')
    .describe('Name of the kind cluster'),
  HOST_PORT: whole(1, 65535)
    .default(8080)
    .describe('Port of this machine that leads to it; where it is not set, make status takes PORT'),
  METRICS: oneOf(['scrape', 'push'])
    .default('scrape')
    .describe(
      'How make deploy lets Prometheus get the metrics of gateway and functions; push is by OTLP',
    ),
}

/** Settings of `make monitoring` and `make status` beside those of the delivery tools. */
export const monitoringSettings = {
  PROMETHEUS_PORT: whole(1, 65535)
    .default(9090)
    .describe('Port of the Prometheus that make monitoring starts without a cluster'),
  ALERTMANAGER_PORT: whole(1, 65535)
    .default(9093)
    .describe('Port of the Alertmanager that it starts'),
  PROMETHEUS_URL: z
    .string()
    .regex(/^$|^https?:\/\/[^/]/, { error: 'must begin with http:// or https://' })
    .default('')
    .describe(
      "Prometheus that make status and make dashboards ask; empty is the cluster's, or the one on PROMETHEUS_PORT",
    ),
}
