import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readConfig, readMonitoringConfig, readStatusConfig } from './config.ts'
import { deliverySettings, monitoringSettings, settings } from './settings.ts'

const root = path.resolve(import.meta.dirname, '..')
const defaults = readConfig({})

test('without settings everything runs on this machine only, on an embedded database', () => {
  expect(defaults).toMatchObject({ ROLE: 'all', HOST: '127.0.0.1', PORT: 8080, DATABASE_URL: '' })
})

test('an empty variable counts as absent', () => {
  expect(readConfig({ PORT: '', LOG_LEVEL: '' })).toEqual(defaults)
})

test('lists are separated by commas', () => {
  expect(readConfig({ ALLOWED_HOSTS: 'a.example, b.example,' }).ALLOWED_HOSTS).toEqual([
    'a.example',
    'b.example',
  ])
})

test('each setting that does not fit has a line with its rule and value', () => {
  expect(() => readConfig({ PORT: '99999', RECORD: 'maybe' })).toThrow(
    /PORT: must be a whole number from 0 to 65535, was "99999"\n {2}RECORD: must be one of async, sync, was "maybe"/,
  )
})

test('a sampler and a receiver that do not fit are refused', () => {
  expect(() => readConfig({ OTEL_TRACES_SAMPLER: 'half', OTEL_TRACES_SAMPLER_ARG: '2' })).toThrow(
    /OTEL_TRACES_SAMPLER: must be one of always_on, .*was "half"\n {2}OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1, was "2"/,
  )
  expect(() => readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' })).toThrow(
    /OTEL_EXPORTER_OTLP_ENDPOINT: must be like http:\/\/localhost:4318, was "collector:4317"/,
  )
})

test('two ports that are the same are refused', () => {
  expect(() => readConfig({ PORT: '8092', METRICS_PORT: '8092' })).toThrow(
    'METRICS_PORT: must be another port than PORT, both were 8092',
  )
})

test('the value of a secret is not shown', () => {
  expect(() => readConfig({ DATABASE_URL: 'mysql://u:secret@h' })).toThrow(
    /^(?![^]*secret)[^]*DATABASE_URL/,
  )
})

test.each([
  [{}, 8080],
  [{ PORT: '8090' }, 8090],
  [{ PORT: '8090', HOST_PORT: '' }, 8090],
  [{ PORT: '8090', HOST_PORT: '8070' }, 8070],
])('make status with %o asks at port %i', (environment, port) => {
  expect(readStatusConfig(environment)).toMatchObject({ HOST_PORT: port })
})

test('make status asks at no port that is only known to who took it', () => {
  expect(() => readStatusConfig({ PORT: '0' })).toThrow('PORT: must be a whole number from 1')
})

test('make monitoring finds a cluster by HOST_PORT alone', () => {
  expect(readMonitoringConfig({ PORT: '8090' }).HOST_PORT).toBe(8080)
})

test('docs/DEPLOYMENT.md lists every setting with its default and meaning, and no other', async () => {
  const text = await readFile(path.join(root, 'docs/DEPLOYMENT.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([A-Z_0-9]+)` \| (.*?) \| (.*) \|$/gm)]
  const documented = rows.map(([, name, standard, meaning]) => [name, { standard, meaning }])
  const standards: Record<string, unknown> = { ...defaults, ...readMonitoringConfig({}) }
  const all = { ...settings, ...deliverySettings, ...monitoringSettings }
  const expected = Object.entries(all).map(([name, schema]) => {
    const value = standards[name]
    const isEmpty = value === '' || (Array.isArray(value) && value.length === 0)
    const shown = name === 'FUNCTIONS_DIRECTORY' ? 'functions' : String(value)
    return [name, { standard: isEmpty ? 'empty' : `\`${shown}\``, meaning: schema.description }]
  })
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(expected))
})

test('.env.example, as it is shipped, is the defaults', async () => {
  const lines = (await readFile(path.join(root, '.env.example'), 'utf8')).split('\n')
  const given = lines.flatMap((line) => {
    const [, name, value] = /^#? ?([A-Z_0-9]+)=(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value] as const]
  })
  expect(given.length).toBeGreaterThan(5)
  expect(readConfig(Object.fromEntries(given))).toEqual(defaults)
})
