import { expect, test } from 'vitest'
import type { Kubectl } from './kubectl.ts'
import type { KubernetesObject } from './kubernetes-objects.ts'
import { createSecrets } from './secrets.ts'

test('Secrets are made once: what is there stays as it is', async () => {
  const made: (KubernetesObject & { stringData: Record<string, string> })[] = []
  const kubectl = {
    list: async () => made,
    run: async (_: unknown, input: string) => {
      made.push(JSON.parse(input) as (typeof made)[number])
      return ''
    },
  } as unknown as Kubectl
  expect(await createSecrets(kubectl)).toEqual(['inlet-database', 'inlet-gateway', 'inlet-grafana'])
  const { stringData: database } = made[0]!
  for (const role of ['owner', 'function', 'gateway']) {
    const url = new URL(database[`${role.toUpperCase()}_URL`]!)
    expect(url.username).toBe(`inlet_${role}`)
    expect(url.password).toBe(database[`${role.toUpperCase()}_PASSWORD`])
    expect(url.password).toMatch(/^[0-9a-f]{48}$/)
  }
  expect(await createSecrets(kubectl)).toEqual([])
  expect(made).toHaveLength(3)
})
