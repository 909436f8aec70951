import path from 'node:path'
import { parse } from 'yaml'
import { RULE_FILES } from '#observability/rules/read-rules.ts'

const RULES = path.resolve(import.meta.dirname, '../../observability/rules')

/** The job that scrapes `make run`. */
export const JOB = 'inlet'

/** What Prometheus reads (JSON is YAML): the shipped rules where they are, one process of this machine. */
export const prometheusConfiguration = (ports: {
  metrics: number
  alertmanager: number
}): string => {
  const target = (port: number) => ({ static_configs: [{ targets: [`127.0.0.1:${port}`] }] })
  const configuration = {
    global: { scrape_interval: '5s', scrape_timeout: '4s', evaluation_interval: '5s' },
    rule_files: RULE_FILES.map((file) => path.join(RULES, file)),
    alerting: { alertmanagers: [target(ports.alertmanager)] },
    scrape_configs: [{ job_name: JOB, ...target(ports.metrics) }],
  }
  return `${JSON.stringify(configuration, null, 2)}\n`
}

/** The shipped routes, with nobody at their end: alerts are seen in Alertmanager only. */
export const alertmanagerConfiguration = (shipped: string): string => {
  const { receivers, ...routes } = parse(shipped) as { receivers: { name: string }[] }
  return JSON.stringify({ ...routes, receivers: receivers.map(({ name }) => ({ name })) })
}
