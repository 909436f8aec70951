import { z } from 'zod'
import { deliverySettings, monitoringSettings, settings } from './settings.ts'

const schema = z.object(settings)

export type Config = z.infer<typeof schema>

const deliverySchema = z.object(deliverySettings)
const monitoringSchema = z.object({
  ...deliverySettings,
  ...monitoringSettings,
  // Of the process that is watched.
  METRICS_PORT: settings.METRICS_PORT,
  DATA_DIRECTORY: settings.DATA_DIRECTORY,
})

// Of the process that make run starts; it must be known.
const statusSchema = monitoringSchema.extend({ PORT: deliverySettings.HOST_PORT })

export type DeliveryConfig = z.infer<typeof deliverySchema>
export type MonitoringConfig = z.infer<typeof monitoringSchema>

/** Thrown with one line per setting that does not fit: the rule, the value, and where it is documented. */
export class ConfigError extends Error {}

const SECRETS = new Set(['DATABASE_URL', 'GATEWAY_TOKEN'])

type Environment = Record<string, string | undefined>

const errorOf = (problems: readonly string[]): ConfigError =>
  new ConfigError(
    `Some settings do not fit (docs/DEPLOYMENT.md lists them all):\n  ${problems.join('\n  ')}`,
  )

/** Defaults → parse. Empty variables count as absent; values of secrets are not shown. */
const parse = <Settings extends z.ZodObject>(
  wanted: Settings,
  environment: Environment,
): z.infer<Settings> => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = wanted.safeParse(given)
  if (parsed.success) return parsed.data
  throw errorOf(
    parsed.error.issues.map(({ path: [name], message }) => {
      const setting = String(name)
      const value = SECRETS.has(setting) ? 'the given value' : JSON.stringify(given[setting])
      return `${setting}: ${message}, was ${value}`
    }),
  )
}

/** Settings that fit one by one but not together. */
const contradictions = (config: Config): string[] => {
  const { ROLE, FUNCTION, FUNCTION_URL, GATEWAY_TOKEN, DATABASE_URL } = config
  const { OTEL_EXPORTER_OTLP_ENDPOINT, PORT, METRICS_PORT } = config
  const problems: string[] = []
  if (PORT === METRICS_PORT && PORT !== 0) {
    problems.push(`METRICS_PORT: must be another port than PORT, both were ${PORT}`)
  }
  if (ROLE === 'function' && FUNCTION === '') {
    problems.push('FUNCTION: must name a folder of functions/ when ROLE is function, was empty')
  }
  if (ROLE === 'gateway' && GATEWAY_TOKEN === '') {
    problems.push('GATEWAY_TOKEN: must be set when ROLE is gateway, the same as its functions have')
  }
  if (ROLE === 'migrate' && DATABASE_URL === '') {
    problems.push('DATABASE_URL: must be set when ROLE is migrate, was empty')
  }
  if (!/^https?:\/\/[^/]*\{host\}/.test(FUNCTION_URL)) {
    problems.push(`FUNCTION_URL: must be like http://{host}.localhost:8080, was "${FUNCTION_URL}"`)
  }
  if (DATABASE_URL !== '' && !/^postgres(ql)?:\/\//.test(DATABASE_URL)) {
    problems.push('DATABASE_URL: must begin with postgres://, was something else')
  }
  if (!/^(https?:\/\/.*)?$/.test(OTEL_EXPORTER_OTLP_ENDPOINT)) {
    problems.push(
      `OTEL_EXPORTER_OTLP_ENDPOINT: must be like http://localhost:4318, was "${OTEL_EXPORTER_OTLP_ENDPOINT}"`,
    )
  }
  return problems
}

/** The settings of a process. Throws ConfigError naming each setting that does not fit, and its rule. */
export const readConfig = (environment: Environment = process.env): Config => {
  const config = parse(schema, environment)
  const problems = contradictions(config)
  if (problems.length > 0) throw errorOf(problems)
  return config
}

/** The settings of the delivery tools. Throws ConfigError as `readConfig` does. */
export const readDeliveryConfig = (environment: Environment = process.env): DeliveryConfig =>
  parse(deliverySchema, environment)

/** The settings of `make monitoring`. Throws ConfigError as `readConfig` does. */
export const readMonitoringConfig = (environment: Environment = process.env): MonitoringConfig =>
  parse(monitoringSchema, environment)

/** The same for `make status`, which finds `PORT=8081 make run` as well. Throws ConfigError as `readConfig` does. */
export const readStatusConfig = (environment: Environment = process.env): MonitoringConfig => {
  const { PORT, ...config } = parse(statusSchema, environment)
  return (environment['HOST_PORT'] ?? '') === '' ? { ...config, HOST_PORT: PORT } : config
}

/** Whether a terminal is written to whose user has not refused colours (https://no-color.org). */
export const wantsColour = (isTerminal: boolean, environment: Environment = process.env): boolean =>
  isTerminal && (environment['NO_COLOR'] ?? '') === ''
