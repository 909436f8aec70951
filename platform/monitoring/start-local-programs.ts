import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { MonitoringConfig } from '#platform/config.ts'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'
import { ALERTMANAGER, findProgram, PROMETHEUS } from '#platform/tools/program-paths.ts'
import { alertmanagerConfiguration, prometheusConfiguration } from './local-configuration.ts'
import { checkPort, startProgram } from './local-program.ts'

const ROUTES = path.resolve(
  import.meta.dirname,
  '../../observability/alertmanager/alertmanager.yaml',
)
/** As in the cluster: a whole week to compare with. */
export const RETENTION = '8d'

const found = (program: string, paths: readonly string[]): string => {
  const file = findProgram(paths)
  if (file !== null) return file
  throw new DeliveryError(
    `There is no cluster, and ${program} is not installed here (looked for ${paths.join(', ')}).\n  Debian, Ubuntu: apt install prometheus prometheus-alertmanager\n  macOS: brew install prometheus alertmanager\n  Or make a cluster, which has its own: make cluster && make deploy`,
  )
}

/** Where each program is looked for. */
export const PLACES = { prometheus: PROMETHEUS, alertmanager: ALERTMANAGER }

/** Starts both in this folder. Throws DeliveryError with what is missing or taken. */
export const startLocalPrograms = async (
  config: MonitoringConfig,
  folder: string,
  places: typeof PLACES,
) => {
  const { PROMETHEUS_PORT, ALERTMANAGER_PORT, METRICS_PORT } = config
  if (METRICS_PORT === 0) {
    throw new DeliveryError('METRICS_PORT is 0: Inlet shows no metrics to scrape.')
  }
  if (PROMETHEUS_PORT === ALERTMANAGER_PORT) {
    throw new DeliveryError(
      `PROMETHEUS_PORT and ALERTMANAGER_PORT are both ${PROMETHEUS_PORT}: each needs its own.`,
    )
  }
  const prometheus = found('Prometheus', places.prometheus)
  const alertmanager = found('Alertmanager', places.alertmanager)
  await checkPort(PROMETHEUS_PORT, 'PROMETHEUS_PORT')
  await checkPort(ALERTMANAGER_PORT, 'ALERTMANAGER_PORT')
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
      `--web.external-url=http://localhost:${ALERTMANAGER_PORT}`,
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
      // Links in alerts begin with it.
      `--web.external-url=http://localhost:${PROMETHEUS_PORT}`,
    ],
    folder,
  )
  return {
    failed: Promise.race([sending.failed, watching.failed]),
    stop: async () => void (await Promise.all([sending.stop(), watching.stop()])),
  }
}
