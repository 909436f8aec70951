import type { MonitoringConfig } from '#platform/config.ts'
import { createGet } from '#observability/http-get.ts'

/** Behind a cluster's port its ingress leads to Prometheus, or fails to; a process alone knows no such host. */
const leadsToCluster = async (prometheus: string): Promise<boolean> => {
  const answer = await createGet(prometheus)('/-/ready').catch(() => null)
  return answer !== null && (answer.status === 200 || answer.status >= 500)
}

/** The Prometheus of the settings, else the cluster's where there is one, else this machine's own. */
export const findPrometheus = async ({
  HOST_PORT,
  PROMETHEUS_PORT,
  PROMETHEUS_URL,
}: MonitoringConfig): Promise<{ prometheus: string; hasCluster: boolean }> => {
  const inCluster = `http://prometheus.localhost:${HOST_PORT}`
  const hasCluster = await leadsToCluster(inCluster)
  const standard = hasCluster ? inCluster : `http://localhost:${PROMETHEUS_PORT}`
  return { prometheus: PROMETHEUS_URL || standard, hasCluster }
}
