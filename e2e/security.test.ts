import { describe, expect, test } from 'vitest'
import { create, getObjects, kubectl, NAMESPACE, refusalOf } from './testing/kubectl.ts'
import { readyPodsOf } from './testing/knative.ts'
import { sql, type DatabaseUser } from './testing/postgres.ts'
import { MODELS, predict } from './testing/target.ts'
import { until } from './testing/until.ts'

const PART = 'app.kubernetes.io/part-of=inlet'

describe("the database's roles", () => {
  test.each<[DatabaseUser, string, string]>([
    ['FUNCTION_URL', 'create a table', 'create table stray (id int)'],
    ['FUNCTION_URL', 'delete predictions', 'delete from predictions where false'],
    ['FUNCTION_URL', 'change predictions', "update predictions set revision = '' where false"],
    ['FUNCTION_URL', 'drop the log', 'drop table predictions'],
    ['GATEWAY_URL', 'create a table', 'create table stray (id int)'],
    ['GATEWAY_URL', 'empty the log', 'truncate predictions'],
  ])('%s may not %s', async (user, _, statement) => {
    await expect(sql(statement, user)).rejects.toThrow(/permission denied|must be owner/)
  })

  test('a function may write what it needs, the gateway may forget', async () => {
    const may = (right: string): string => `has_table_privilege('predictions', '${right}')`
    expect(await sql(`select ${may('select')}, ${may('insert')}`, 'FUNCTION_URL')).toEqual([
      ['t', 't'],
    ])
    expect(await sql(`select ${may('select')}, ${may('delete')}`, 'GATEWAY_URL')).toEqual([
      ['t', 't'],
    ])
  })
})

describe('a function’s pod', () => {
  /** Runs JavaScript in the container: it has Node and no shell. */
  const inPod = async (script: string): Promise<string> => {
    await predict('digits')
    const [pod] = await until('a pod', async () => {
      const pods = await readyPodsOf('digits')
      return pods.length > 0 && pods
    })
    const where = ['exec', pod!.metadata.name, '--container=user-container', '--']
    return (await kubectl(...where, '/nodejs/bin/node', '--eval', script)).trim()
  }

  test('has no token of the cluster, no root, and nothing to write but its own folders', async () => {
    const said = await inPod(`
      const fs = require('node:fs')
      const write = (file) => { try { fs.writeFileSync(file, ''); return 'written' } catch (e) { return e.code } }
      console.log(JSON.stringify({
        token: fs.existsSync('/var/run/secrets/kubernetes.io/serviceaccount'),
        user: process.getuid(),
        root: write('/stray'),
        code: write(process.cwd() + '/stray'),
        data: write(process.env.DATA_DIRECTORY + '/stray'),
        shell: ['/bin/sh', '/bin/bash', '/busybox/sh'].filter((file) => fs.existsSync(file)),
      }))`)
    expect(JSON.parse(said)).toEqual({
      token: false,
      user: 65532,
      root: 'EROFS',
      code: 'EROFS',
      data: 'written',
      shell: [],
    })
  })
})

test('no pod of a function, the gateway or Postgres has a token of the cluster', async () => {
  const needing = new Set(['prometheus', 'metrics-adapter'])
  const pods = (await getObjects('pods', PART)).filter(
    ({ metadata }) => !needing.has(metadata.labels?.['app.kubernetes.io/name'] ?? ''),
  )
  expect(pods.length).toBeGreaterThanOrEqual(2)
  for (const { metadata, spec } of pods) {
    const volumes = (spec.volumes ?? []) as { name: string; projected?: { sources: object[] } }[]
    const tokens = volumes.filter(({ projected }) =>
      projected?.sources.some((source) => 'serviceAccountToken' in source),
    )
    expect(tokens, metadata.name).toEqual([])
  }
})

test('the accounts of functions and gateway may do nothing', async () => {
  const ours = new Set([...MODELS, 'gateway', 'postgres'])
  const pods = (await getObjects('pods', PART)).filter(({ metadata }) =>
    ours.has(metadata.labels?.['app.kubernetes.io/name'] ?? ''),
  )
  const accounts = new Set(pods.map(({ spec }) => String(spec.serviceAccountName)))
  expect(accounts.size).toBeGreaterThan(0)
  expect(accounts).not.toContain('default')
  for (const account of accounts) {
    for (const [verb, group, resource] of [
      ['get', '', 'secrets'],
      ['list', '', 'pods'],
      ['update', 'serving.knative.dev', 'services'],
    ]) {
      const review = await create({
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: `system:serviceaccount:${NAMESPACE}:${account}`,
          groups: ['system:serviceaccounts', 'system:authenticated'],
          resourceAttributes: { namespace: NAMESPACE, verb, group, resource },
        },
      })
      expect(review.status.allowed, `${account} may ${verb} ${resource}`).toBe(false)
    }
  }
})

const podWith = (container: object, pod: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'stray' },
  spec: { containers: [{ name: 'stray', image: 'dev.local/stray', ...container }], ...pod },
})

test.each([
  ['a privileged pod', podWith({ securityContext: { privileged: true } }), 'privileged'],
  ['a pod on the host network', podWith({}, { hostNetwork: true }), 'host namespaces'],
  ['a pod of an unnamed user', podWith({}), 'runAsNonRoot'],
])('the namespace refuses %s', async (_, pod, reason) => {
  const refusal = await refusalOf(pod)
  expect(refusal).toContain('violates PodSecurity "restricted')
  expect(refusal).toContain(reason)
})

test('the policies let nobody reach Postgres but those who need it', async () => {
  const policies = await getObjects('networkpolicies', PART)
  const forEveryone = policies.filter(
    ({ spec }) =>
      Object.keys(spec.podSelector).length === 0 && spec.policyTypes.includes('Ingress'),
  )
  expect(forEveryone.length).toBeGreaterThan(0)
  expect(forEveryone.flatMap(({ spec }) => spec.ingress ?? [])).toEqual([])

  const ofPostgres = policies.filter(
    ({ spec }) => spec.podSelector.matchLabels?.['app.kubernetes.io/name'] === 'postgres',
  )
  const rules = ofPostgres.flatMap(({ spec }) => spec.ingress ?? [])
  expect(rules.length).toBeGreaterThan(0)
  for (const { from, ports } of rules) {
    // A rule without `from` lets everyone in.
    expect(from).not.toEqual([])
    expect(from).toBeDefined()
    expect(ports).toMatchObject([{ port: 5432 }])
    for (const { podSelector } of from) expect(podSelector).toBeDefined()
  }
})
