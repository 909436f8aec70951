import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { MonitoringConfig } from '#platform/config.ts'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'
import { ALERTMANAGER, findProgram, PROMETHEUS } from '#platform/tools/program-paths.ts'
import { checkRules, describeTargets, within } from './check-prometheus.ts'
import { alertmanagerConfiguration, JOB, prometheusConfiguration } from './local-configuration.ts'
import { checkPort, startProgram } from './local-program.ts'
import { createPrometheusApi } from '#observability/prometheus-api.ts'

const ROUTES = path.resolve(
  import.meta.dirname,
  '../../observability/alertmanager/alertmanager.yaml',
)
/** As in the cluster: a whole week to compare with. */
const RETENTION = '8d'
/** It reads its log of the last hours first. */
const START_SECONDS = 60
/** A first scrape of what is there comes after one interval of 5 s. */
const SCRAPE_SECONDS = 8

const found = (program: string, paths: readonly string[]): string => {
  const file = findProgram(paths)
  if (file !== null) return file
  throw new DeliveryError(
    `There is no cluster, and ${program} is not installed here (looked for ${paths.join(', ')}).\n  Debian, Ubuntu: apt install prometheus prometheus-alertmanager\n  macOS: brew install prometheus alertmanager\n  Or make a cluster, which has its own: make cluster && make deploy`,
  )
}

/** Where each program is looked for. */
const PLACES = { prometheus: PROMETHEUS, alertmanager: ALERTMANAGER }

const start = async (config: MonitoringConfig, places: typeof PLACES) => {
  const { PROMETHEUS_PORT, ALERTMANAGER_PORT, METRICS_PORT, DATA_DIRECTORY } = config
  if (METRICS_PORT === 0) {
    throw new DeliveryError('METRICS_PORT is 0: Inlet shows no metrics to scrape.')
  }
  const prometheus = found('Prometheus', places.prometheus)
  const alertmanager = found('Alertmanager', places.alertmanager)
  await checkPort(PROMETHEUS_PORT, 'PROMETHEUS_PORT')
  await checkPort(ALERTMANAGER_PORT, 'ALERTMANAGER_PORT')
  const folder = path.resolve(DATA_DIRECTORY, 'monitoring')
  await mkdir(folder, { recursive: true })
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(folder, name)
    await writeFile(file, text)
    return file
  }
  const ports = { metrics: METRICS_PORT, alertmanager: ALERTMANAGER_PORT }
  const routes = alertmanagerConfiguration(await readFile(ROUTES, 'utf8'))
  const sending = startProgram(
    'alertmanager',
    alertmanager,
    [
      `--config.file=${await write('alertmanager.yaml', routes)}`,
      `--storage.path=${path.join(folder, 'alerts')}`,
      `--web.listen-address=127.0.0.1:${ALERTMANAGER_PORT}`,
      '--cluster.listen-address=',
    ],
    folder,
  )
  const watching = startProgram(
    'prometheus',
    prometheus,
    [
      `--config.file=${await write('prometheus.yaml', prometheusConfiguration(ports))}`,
      `--storage.tsdb.path=${path.join(folder, 'metrics')}`,
      `--storage.tsdb.retention.time=${RETENTION}`,
      `--web.listen-address=127.0.0.1:${PROMETHEUS_PORT}`,
    ],
    folder,
  )
  return {
    folder,
    failed: Promise.race([sending.failed, watching.failed]),
    stop: async () => void (await Promise.all([sending.stop(), watching.stop()])),
  }
}

/**
 * Prometheus and Alertmanager of this machine with the shipped rules and routes, watching `make run`.
 * Resolves when `ending` does; throws DeliveryError with what is missing, taken, or said by a program that ended.
 */
export const monitorLocally = async (
  config: MonitoringConfig,
  ending: Promise<unknown>,
  print: (text: string) => void = console.log,
  places = PLACES,
): Promise<void> => {
  const { folder, failed, stop } = await start(config, places)
  const address = `http://localhost:${config.PROMETHEUS_PORT}`
  const prometheus = createPrometheusApi(address)
  const open = async (): Promise<void> => {
    if (!(await within(START_SECONDS, prometheus.isReady))) {
      throw new DeliveryError(`Prometheus is not ready after ${START_SECONDS} s; see ${folder}`)
    }
    const rules = await prometheus.rules()
    checkRules(rules)
    print(`
Prometheus     ${address}  (${rules.count} rules, ${address}/alerts)
Alertmanager   http://localhost:${config.ALERTMANAGER_PORT}
Data and logs  ${folder}, kept ${RETENTION}

Stop with Ctrl+C. In another terminal: make status
`)
    const isUp = async (): Promise<boolean> =>
      (await prometheus.targets()).some((target) => target.isUp)
    const isScraped = await within(SCRAPE_SECONDS, isUp)
    print(describeTargets([JOB], await prometheus.targets()))
    if (isScraped) return
    print(
      `Inlet does not answer on port ${config.METRICS_PORT} yet: start it with make run; Prometheus looks every 5 s.`,
    )
    if (await within(Infinity, isUp)) print('Inlet answers now.')
  }
  try {
    // A question that stays open when it ends fails after that, and concerns nobody.
    const opened = open()
    opened.catch(() => {})
    await Promise.race([opened.then(() => ending), ending, failed])
  } finally {
    await stop()
  }
}
