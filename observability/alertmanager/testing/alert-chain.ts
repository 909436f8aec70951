import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { call } from '#platform/tools/local-request.ts'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { RULE_FILES } from '../../rules/read-rules.ts'
import { shorten } from './shorten.ts'

const OBSERVABILITY = path.resolve(import.meta.dirname, '../..')

/** A server on a free port of this machine. */
export const listen = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, close }
}

const freePort = async (): Promise<number> => {
  const { port, close } = await listen(() => {})
  close()
  return port
}

const start = (program: string, args: string[]) => {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return { stop, output: () => output }
}

const configuration = (folder: string, target: number, alertmanager: number): string =>
  JSON.stringify({
    global: { scrape_interval: '500ms', scrape_timeout: '400ms', evaluation_interval: '500ms' },
    rule_files: RULE_FILES.map((file) => path.join(folder, file)),
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager}`] }] }] },
    scrape_configs: [
      { job_name: 'target', static_configs: [{ targets: [`127.0.0.1:${target}`] }] },
    ],
  })

/** The shipped rules and routes, sixty times as fast, between a target and a webhook on these ports. */
export const startAlertChain = async (
  programs: { prometheus: string; alertmanager: string },
  ports: { target: number; webhook: number },
) => {
  const folder = temporaryFolder()
  const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()]
  const copy = (from: string, change: (text: string) => string): string => {
    const to = path.join(folder, path.basename(from))
    writeFileSync(to, change(readFileSync(path.join(OBSERVABILITY, from), 'utf8')))
    return to
  }
  for (const file of RULE_FILES) copy(`rules/${file}`, shorten)
  const routes = copy('alertmanager/alertmanager.yaml', (text) =>
    shorten(text).replaceAll('http://webhook.invalid/', `http://127.0.0.1:${ports.webhook}/`),
  )
  const prometheusFile = path.join(folder, 'prometheus.yaml')
  writeFileSync(prometheusFile, configuration(folder, ports.target, alertmanagerPort))
  for (const name of ['metrics', 'alerts']) mkdirSync(path.join(folder, name))
  const alertmanager = start(programs.alertmanager, [
    `--config.file=${routes}`,
    `--storage.path=${path.join(folder, 'alerts')}`,
    `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
    '--cluster.listen-address=',
  ])
  const prometheus = start(programs.prometheus, [
    `--config.file=${prometheusFile}`,
    `--storage.tsdb.path=${path.join(folder, 'metrics')}`,
    `--web.listen-address=127.0.0.1:${prometheusPort}`,
    '--rules.alert.resend-delay=1s',
  ])
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
    query: async (expression: string): Promise<number[]> => {
      const text = await get(
        prometheusPort,
        `/api/v1/query?query=${encodeURIComponent(expression)}`,
      )
      const { data } = JSON.parse(text) as { data: { result: { value: [number, string] }[] } }
      return data.result.map(({ value: [, value] }) => Number(value))
    },
    /** Names of the alerts that another one keeps from being sent. */
    inhibited: async (): Promise<string[]> => {
      const text = await get(alertmanagerPort, '/api/v2/alerts?inhibited=true&active=false')
      const alerts = JSON.parse(text) as { labels: { alertname: string } }[]
      return alerts.map(({ labels }) => labels.alertname)
    },
  }
}
