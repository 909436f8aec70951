import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { modelFolders } from '#platform/runtime/read-models.ts'
import { WRITTEN_BY } from '#platform/start/stop-time.ts'

type Manifest = {
  metadata: { name: string }
  spec: {
    traffic?: unknown
    template: {
      metadata: { name?: string; annotations: Record<string, string> }
      spec: { containers: { image: string; resources: { limits: { cpu: string } } }[] }
    }
  }
}

const root = path.resolve(import.meta.dirname, '../..')
const services = await Promise.all(
  (await modelFolders(path.join(root, 'functions'))).map(async (folder) => ({
    model: path.basename(folder),
    manifest: parse(await readFile(path.join(folder, 'service.yaml'), 'utf8')) as Manifest,
  })),
)
type Patch = { op: string; path: string; value: unknown }

const patches = parse(
  await readFile(path.join(root, 'platform/deploy/function/pod.yaml'), 'utf8'),
) as Patch[]
const added = (where: string): unknown =>
  patches.find((patch) => patch.op === 'add' && patch.path === `/spec/template/spec/${where}`)
    ?.value
const settingOf = (name: string): string | undefined =>
  (added('containers/0/env') as { name: string; value?: string }[]).find(
    (setting) => setting.name === name,
  )?.value

test.each(services)(
  '$model: its Service says what is its own, and can be redeployed',
  (service) => {
    const { model, manifest } = service
    const { template, traffic } = manifest.spec
    expect(manifest.metadata.name).toBe(model)
    // Traffic belongs to the delivery tools, and Revisions are named by Knative.
    expect(traffic).toBeUndefined()
    expect(template.metadata.name).toBeUndefined()
    expect(template.spec.containers).toMatchObject([
      { image: 'inlet/function', resources: { requests: {}, limits: {} } },
    ])
  },
)

test('Knative leaves functions the time to drain and to stop', () => {
  const stop = Number(settingOf('STOP_TIMEOUT_SECONDS'))
  // Knative sends SIGTERM after 30 s without a request and kills after timeoutSeconds.
  expect(added('timeoutSeconds')).toBeGreaterThanOrEqual(30 + stop + 10)
  // A database that starts anew elsewhere is back within minutes.
  expect(stop * WRITTEN_BY).toBeGreaterThanOrEqual(120)
})

test.each(services)('$model: it infers on as many threads as it may have processors', (service) => {
  const [container] = service.manifest.spec.template.spec.containers
  expect(container!.resources.limits.cpu).toBe(settingOf('INFERENCE_THREADS'))
})

test('every kind of scaling is in use', () => {
  const scaling = (key: string): (string | undefined)[] =>
    services.map(
      ({ manifest }) =>
        manifest.spec.template.metadata.annotations[`autoscaling.knative.dev/${key}`],
    )
  expect(new Set(scaling('metric'))).toEqual(
    new Set(['concurrency', 'rps', 'inference_queue_rows']),
  )
  expect(scaling('class')).toContain('hpa.autoscaling.knative.dev')
  for (const target of scaling('target')) expect(target).toMatch(/^[1-9]\d*$/)
})
