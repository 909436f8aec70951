import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePort } from '#platform/testing/free-port.ts'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { RULE_FILES } from '../rules/read-rules.ts'
import { startProgram } from './programs.ts'

const RULES = path.resolve(import.meta.dirname, '../rules')

export type PrometheusOptions = {
  program: string
  /** Ports of this machine whose /metrics is scraped twice a second. */
  targets: number[]
  /** What becomes of the text of each shipped rule file. */
  changeRules: (text: string) => string
  /** Where alerts are sent. */
  alertmanagerPort?: number
}

/** A Prometheus of a test with the shipped rules. */
export const startPrometheus = async ({
  program,
  targets,
  changeRules,
  alertmanagerPort,
}: PrometheusOptions) => {
  const folder = temporaryFolder()
  const port = await freePort()
  const rules = RULE_FILES.map((file) => {
    const copy = path.join(folder, file)
    writeFileSync(copy, changeRules(readFileSync(path.join(RULES, file), 'utf8')))
    return copy
  })
  const local = (ports: number[]) => [{ targets: ports.map((one) => `127.0.0.1:${one}`) }]
  const file = path.join(folder, 'prometheus.yaml')
  // JSON is YAML.
  const configuration = JSON.stringify({
    global: { scrape_interval: '500ms', scrape_timeout: '400ms', evaluation_interval: '500ms' },
    rule_files: rules,
    ...(alertmanagerPort !== undefined && {
      alerting: { alertmanagers: [{ static_configs: local([alertmanagerPort]) }] },
    }),
    scrape_configs: [{ job_name: 'target', static_configs: local(targets) }],
  })
  writeFileSync(file, configuration)
  const data = path.join(folder, 'metrics')
  mkdirSync(data)
  const { stop, output } = startProgram(program, [
    `--config.file=${file}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--rules.alert.resend-delay=1s',
  ])
  return { port, address: `http://127.0.0.1:${port}`, stop, output }
}
