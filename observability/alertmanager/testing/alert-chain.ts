import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { call } from '#platform/tools/local-request.ts'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { freePort } from '#platform/testing/free-port.ts'
import { createPrometheusApi } from '../../prometheus-api.ts'
import { startProgram } from '../../testing/programs.ts'
import { startPrometheus } from '../../testing/prometheus.ts'
import { shorten } from './shorten.ts'

const ROUTES = path.resolve(import.meta.dirname, '../alertmanager.yaml')

/** The shipped rules and routes, sixty times as fast, between a target and a webhook on these ports. */
export const startAlertChain = async (
  programs: { prometheus: string; alertmanager: string },
  ports: { target: number; webhook: number },
) => {
  const folder = temporaryFolder()
  const alertmanagerPort = await freePort()
  const routes = path.join(folder, 'alertmanager.yaml')
  const shipped = shorten(readFileSync(ROUTES, 'utf8'))
  writeFileSync(
    routes,
    shipped.replaceAll('http://webhook.invalid/', `http://127.0.0.1:${ports.webhook}/`),
  )
  const alerts = path.join(folder, 'alerts')
  mkdirSync(alerts)
  const alertmanager = startProgram(programs.alertmanager, [
    `--config.file=${routes}`,
    `--storage.path=${alerts}`,
    `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
    '--cluster.listen-address=',
  ])
  const prometheus = await startPrometheus({
    program: programs.prometheus,
    targets: [ports.target],
    changeRules: shorten,
    alertmanagerPort,
  })
  const api = createPrometheusApi(prometheus.address)
  const get = async (port: number, where: string): Promise<string> => {
    const answer = await call({ port, path: where, timeoutMs: 5_000 })
    if (answer.status !== 200) throw new Error(`${where} answered ${answer.status}: ${answer.text}`)
    return answer.text
  }
  return {
    stop: () => Promise.all([prometheus.stop(), alertmanager.stop()]),
    /** What both said, for a test that fails. */
    output: () => `${prometheus.output()}\n${alertmanager.output()}`,
    alertmanagerIsReady: () => get(alertmanagerPort, '/-/ready'),
    /** Values of an instant query. */
    query: async (expression: string): Promise<number[]> =>
      (await api.query(expression)).map(({ value }) => value),
    /** Names of the alerts that another one keeps from being sent. */
    inhibited: async (): Promise<string[]> => {
      const text = await get(alertmanagerPort, '/api/v2/alerts?inhibited=true&active=false')
      const found = JSON.parse(text) as { labels: { alertname: string } }[]
      return found.map(({ labels }) => labels.alertname)
    },
  }
}
