import type { MonitoringConfig } from '#platform/config.ts'
import { createGet } from '#observability/http-get.ts'

/** Behind a cluster's port its ingress leads to Prometheus, or fails to; a process alone refuses such a host. Null when it is neither. */
const leadsToCluster = async (prometheus: string): Promise<boolean | null> => {
  const answer = await createGet(prometheus)('/-/ready').catch(() => null)
  if (answer?.status === 421) return false
  return answer !== null && (answer.status === 200 || answer.status >= 500) ? true : null
}

/**
 * The Prometheus of the settings, else the cluster's where there is one, else this machine's own. Give back what it
 * found of the cluster to ask that once: a process alone counts the question as an error.
 */
export const findPrometheus = async (
  { HOST_PORT, PROMETHEUS_PORT, PROMETHEUS_URL }: MonitoringConfig,
  known: boolean | null = null,
): Promise<{ prometheus: string; hasCluster: boolean | null }> => {
  const inCluster = `http://prometheus.localhost:${HOST_PORT}`
  const hasCluster = known ?? (await leadsToCluster(inCluster))
  const standard = hasCluster === true ? inCluster : `http://localhost:${PROMETHEUS_PORT}`
  return { prometheus: PROMETHEUS_URL || standard, hasCluster }
}
