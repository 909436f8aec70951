import path from 'node:path'
import { DirectoryInUseError, lockDirectory } from '#platform/directory-lock.ts'
import { createGet } from '#observability/http-get.ts'
import { createPrometheusApi } from '#observability/prometheus-api.ts'
import type { MonitoringConfig } from '#platform/config.ts'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'
import type { FileLock } from '#platform/file-lock.ts'
import { checkRules, describeTargets, within } from './check-prometheus.ts'
import { JOB } from './local-configuration.ts'
import { PLACES, RETENTION, startLocalPrograms } from './start-local-programs.ts'

/** It reads its log of the last hours first. */
const START_SECONDS = 60
/** A first scrape of what is there comes after one interval of 5 s. */
const SCRAPE_SECONDS = 8

/** Makes the folder this process's own: two Prometheus in one would spoil each other's data. */
const claim = (folder: string, address: string): FileLock => {
  try {
    return lockDirectory(folder, address)
  } catch (thrown) {
    if (thrown instanceof DirectoryInUseError) throw new DeliveryError(thrown.message)
    const { code } = thrown as NodeJS.ErrnoException
    throw new DeliveryError(`The folder ${folder} (DATA_DIRECTORY) cannot be used (${code}).`)
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
  const address = `http://localhost:${config.PROMETHEUS_PORT}`
  const alertmanager = `http://localhost:${config.ALERTMANAGER_PORT}`
  const folder = path.resolve(config.DATA_DIRECTORY, 'monitoring')
  const lock = claim(folder, address)
  const closing = new AbortController()
  const prometheus = createPrometheusApi(address)
  const open = async (): Promise<void> => {
    if (!(await within(START_SECONDS, prometheus.isReady, closing.signal))) {
      throw new DeliveryError(`Prometheus is not ready after ${START_SECONDS} s; see ${folder}`)
    }
    const rules = await prometheus.rules()
    checkRules(rules)
    // Debian's has the old pages only, and its Alertmanager none.
    const { status } = await createGet(address)('/alerts')
    const page = status === 200 ? '/alerts' : '/classic/alerts'
    print(`
Prometheus     ${address}  (${rules.count} rules, ${address}${page})
Alertmanager   ${alertmanager}  (amtool --alertmanager.url ${alertmanager} alert query)
Data and logs  ${folder}, kept ${RETENTION}

Stop with Ctrl+C. In another terminal: make status
`)
    const isUp = async (): Promise<boolean> =>
      (await prometheus.targets()).some((target) => target.isUp)
    const isScraped = await within(SCRAPE_SECONDS, isUp, closing.signal)
    print(describeTargets([JOB], await prometheus.targets()))
    if (isScraped) return
    print(
      `Inlet does not answer on port ${config.METRICS_PORT} yet: start it with make run; Prometheus looks every 5 s.`,
    )
    if (await within(Infinity, isUp, closing.signal)) print('Inlet answers now.')
  }
  try {
    const { failed, stop } = await startLocalPrograms(config, folder, places)
    // A question that stays open when it ends fails after that, and concerns nobody.
    const opened = open()
    opened.catch(() => {})
    await Promise.race([opened.then(() => ending), ending, failed]).finally(stop)
  } finally {
    closing.abort()
    lock.release()
  }
}
