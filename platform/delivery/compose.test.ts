import { execFile } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readVersions } from '#platform/deploy/read-versions.ts'
import { modelFolders } from '#platform/runtime/read-models.ts'
import { readModelCard, tagOf } from '#platform/runtime/model-card.ts'
import { findCompose, needs } from '#platform/testing/needs.ts'
import { temporaryFolder } from '#platform/testing/temporary-folder.ts'
import { composeFunctions } from './compose-functions.ts'
import { createComposeSecrets } from './compose-secrets.ts'

const root = path.resolve(import.meta.dirname, '../..')
const deploy = path.join(root, 'platform/deploy')
const docker = needs('the Compose file, as Docker reads it', 'docker compose', findCompose())
const suite = test.skipIf(docker === null)

type Service = {
  image: string
  read_only?: boolean
  privileged?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  restart?: string
  healthcheck?: { test?: string[]; disable?: boolean }
  ports?: { host_ip?: string; published: string; target: number }[]
  volumes?: { type: string; source: string; read_only?: boolean }[]
  networks?: Record<string, { aliases?: string[] } | null>
  environment?: Record<string, string>
  mem_limit?: string
}
type Project = { services: Record<string, Service>; networks: Record<string, object> }

const cards = await Promise.all(
  (await modelFolders(path.join(root, 'functions'))).map((folder) => readModelCard(folder)),
)
const built = new Map(
  ['gateway', ...cards.map(({ name }) => name)].map((name) => [name, `dev.local/${name}:1`]),
)

/** What Docker makes of the files, with Grafana. */
const read = async (environment: Record<string, string> = {}): Promise<Project> => {
  const folder = temporaryFolder()
  const [secrets, functions] = [path.join(folder, '.env'), path.join(folder, 'functions.yaml')]
  await createComposeSecrets(secrets)
  const content = await composeFunctions(path.join(root, 'functions'), built)
  await writeFile(functions, JSON.stringify(content))
  const files = ['--file', path.join(deploy, 'compose.yaml'), '--file', functions]
  const variables = ['--env-file', path.join(deploy, 'versions.env'), '--env-file', secrets]
  const words = ['compose', ...variables, ...files, '--profile', 'grafana', 'config']
  const { stdout } = await promisify(execFile)(docker!, [...words, '--format', 'json'], {
    env: { ...process.env, ...environment },
  })
  return JSON.parse(stdout) as Project
}
const project = docker === null ? { services: {}, networks: {} } : await read()
const services = Object.entries(project.services)
/** Those that stay. */
const standing = services.filter(([, { restart }]) => restart === 'unless-stopped')

suite('every version of every model is served, at the hosts that the gateway asks', () => {
  const hosts = new Set(
    services.flatMap(([name, { networks }]) => [name, ...(networks?.['inside']?.aliases ?? [])]),
  )
  for (const { name, versions, default_version: usual } of cards) {
    expect(project.services[name]?.environment).toMatchObject({ MODEL_VERSION: usual })
    expect(project.services[name]?.image).toBe(`dev.local/${name}:1`)
    for (const version of Object.keys(versions))
      expect(hosts).toContain(`${tagOf(version)}-${name}`)
  }
  expect(project.services['gateway']?.environment?.['FUNCTION_URL']).toBe('http://{host}:8080')
})

suite('images are those that are built here, or of versions.env', async () => {
  const { METRICS_ADAPTER_IMAGE: _, ...versions } = await readVersions()
  const known = [...built.values(), ...Object.values(versions)]
  for (const [name, { image }] of services) expect(known, name).toContain(image)
})

suite('no container is root, gains rights, writes to its image or takes what it likes', () => {
  for (const [name, service] of services) {
    expect(service, name).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.any(String) as string,
    })
    expect(service.privileged, name).toBeUndefined()
    for (const { type, read_only: isReadOnly } of service.volumes ?? []) {
      expect(type === 'volume' || isReadOnly, name).toBe(true)
    }
  }
})

suite('what stays has a health check, and what ends is waited for', () => {
  const names = standing.map(([name]) => name)
  expect(names).toEqual(expect.arrayContaining(['postgres', 'gateway', 'prometheus', 'grafana']))
  for (const [name, { healthcheck }] of standing) {
    expect(healthcheck?.test?.length, name).toBeGreaterThan(1)
  }
  const ending = services.map(([name]) => name).filter((name) => !names.includes(name))
  expect(ending.toSorted()).toEqual(['alertmanager-configuration', 'grants', 'migrate'])
})

suite('ports lead to this machine only, and each can be another one', async () => {
  const published = ({ services: all }: Project): string[] =>
    Object.values(all).flatMap(({ ports = [] }) =>
      ports.map(({ host_ip: address, published: port }) => `${address}:${port}`),
    )
  expect(published(project).toSorted()).toEqual(
    ['8080', '8000', '9090', '9093', '3000'].map((port) => `127.0.0.1:${port}`).toSorted(),
  )
  const names = ['GATEWAY', 'API', 'PROMETHEUS', 'ALERTMANAGER', 'GRAFANA']
  const others = await read(
    Object.fromEntries(names.map((name, index) => [`${name}_PORT`, String(20_000 + index)])),
  )
  expect(published(others).every((port) => port.startsWith('127.0.0.1:2000'))).toBe(true)
})

suite('the database and the functions reach nothing outside', () => {
  expect(project.networks).toMatchObject({
    database: { internal: true },
    inside: { internal: true },
  })
  const outside = services.filter(([, { networks }]) => networks && 'edge' in networks)
  expect(outside.map(([name]) => name).toSorted()).toEqual([
    'alertmanager',
    'gateway',
    'grafana',
    'prometheus',
  ])
})

test('Prometheus has every rule that it has in a cluster', async () => {
  const rulesOf = async (file: string): Promise<string[]> => {
    const { rule_files: rules } = parse(await readFile(path.join(deploy, file), 'utf8')) as {
      rule_files: string[]
    }
    return rules.map((rule) => path.basename(rule))
  }
  const rules = await rulesOf('compose/prometheus.yaml')
  expect(rules).toEqual(await rulesOf('base/prometheus/prometheus.yaml'))
  expect(rules.length).toBeGreaterThan(2)
})

test('passwords are made once, and are nobody else’s to read', async () => {
  const file = path.join(temporaryFolder(), '.env')
  expect(await createComposeSecrets(file)).toBe(true)
  const made = await readFile(file, 'utf8')
  expect(made.match(/^[A-Z_]+=[0-9a-f]{48}$/gm)).toHaveLength(5)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await createComposeSecrets(file)).toBe(false)
  expect(await readFile(file, 'utf8')).toBe(made)
  await expect(createComposeSecrets(path.join(file, 'x'))).rejects.toThrow('ENOTDIR')
})

test('a model without an image is named', async () => {
  const folder = path.join(root, 'functions')
  await expect(composeFunctions(folder, new Map([['gateway', 'x']]))).rejects.toThrow(
    'there is no image of',
  )
})
