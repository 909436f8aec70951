import { randomBytes } from 'node:crypto'
import type { Kubectl } from './kubectl.ts'
import { NAMESPACE } from './kubectl.ts'
import type { KubernetesObject } from './kubernetes-objects.ts'

/** Letters and digits only: it stands in URLs and in SQL. */
const password = (): string => randomBytes(24).toString('hex')

const databaseSecret = (): Record<string, string> => {
  const host = `postgres.${NAMESPACE}.svc.cluster.local:5432/inlet`
  const entries = ['owner', 'function', 'gateway'].flatMap((role) => {
    const secret = password()
    const name = role.toUpperCase()
    return [
      [`${name}_PASSWORD`, secret],
      [`${name}_URL`, `postgres://inlet_${role}:${secret}@${host}`],
    ]
  })
  return Object.fromEntries(entries) as Record<string, string>
}

const SECRETS: Record<string, () => Record<string, string>> = {
  'inlet-database': databaseSecret,
  'inlet-gateway': () => ({ TOKEN: password() }),
  'inlet-grafana': () => ({ 'admin-password': password() }),
}

/** Makes the Secrets that are absent and leaves the others as they are; answers the names of the new ones. */
export const createSecrets = async (kubectl: Kubectl): Promise<string[]> => {
  const present = new Set((await kubectl.list('secrets')).map(({ metadata }) => metadata.name))
  const absent = Object.entries(SECRETS).filter(([name]) => !present.has(name))
  for (const [name, make] of absent) {
    const secret: KubernetesObject & { type: string; stringData: Record<string, string> } = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: {
        name,
        namespace: NAMESPACE,
        labels: { 'app.kubernetes.io/part-of': 'inlet', 'app.kubernetes.io/name': name },
      },
      stringData: make(),
    }
    // Not applied: a Secret that somebody else made a moment ago is not to be overwritten.
    await kubectl.run(['create', '-f', '-'], JSON.stringify(secret))
  }
  return absent.map(([name]) => name)
}
