/** An image's health check, for container engines that have no probes: ends with 0 when /health answers 200. */
import { readConfig } from '#platform/config.ts'

const { PORT } = readConfig()
const healthy = await fetch(`http://127.0.0.1:${PORT}/health`).then(
  ({ ok }) => ok,
  () => false,
)
process.exit(healthy ? 0 : 1)
