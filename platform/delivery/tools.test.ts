import { expect, test } from 'vitest'
import type { Kubectl } from './kubectl.ts'
import type { KubernetesObject } from './kubernetes-objects.ts'
import { createSecrets } from './secrets.ts'
import { createSteps } from './steps.ts'
import { table } from './table.ts'

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

test('a step prints what it says of itself, a failed one that it failed', async () => {
  const lines: string[] = []
  const { run } = createSteps((line) => lines.push(line))
  expect(
    await run('one', async (say) => {
      say('done')
      return 1
    }),
  ).toBe(1)
  await expect(run('two', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(lines).toEqual([
    expect.stringMatching(/^one +0\.0 s {2}done$/),
    expect.stringMatching(/^two +0\.0 s {2}failed$/),
  ])
})

test('a table has columns of equal width', () => {
  expect(
    table([
      ['a', 'b'],
      ['long', ''],
      ['', 'c'],
    ]),
  ).toBe('a     b\nlong\n      c')
})
