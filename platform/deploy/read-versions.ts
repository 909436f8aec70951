import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

const FILE = path.join(import.meta.dirname, 'versions.env')

const image = z.string().min(1)
const schema = z.object({
  POSTGRES_IMAGE: image,
  PROMETHEUS_IMAGE: image,
  ALERTMANAGER_IMAGE: image,
  GRAFANA_IMAGE: image,
  METRICS_ADAPTER_IMAGE: image,
  FLUENT_BIT_IMAGE: image,
  NODE_BUILD_IMAGE: image,
  NODE_RUNTIME_IMAGE: image,
})

/** The pinned images of versions.env, which the cluster script reads as well. Throws when one is missing. */
export const readVersions = async (): Promise<z.infer<typeof schema>> => {
  const lines = (await readFile(FILE, 'utf8')).split('\n')
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^([A-Z_]+)=(.+)$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value] as const]
  })
  return schema.parse(Object.fromEntries(pairs))
}
