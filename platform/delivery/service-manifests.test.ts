import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { modelFolders } from '#platform/runtime/read-models.ts'

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
const settings = await readFile(path.join(root, 'platform/deploy/function/pod.yaml'), 'utf8')

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
  const [, life] = /timeoutSeconds\n.*\n.*\n +value: (\d+)/.exec(settings) ?? []
  const [, stop] = /STOP_TIMEOUT_SECONDS, value: '(\d+)'/.exec(settings) ?? []
  // Knative sends SIGTERM after 30 s without a request and kills after timeoutSeconds.
  expect(Number(life)).toBeGreaterThanOrEqual(30 + Number(stop) + 10)
})

test.each(services)('$model: it infers on as many threads as it may have processors', (service) => {
  const [, threads] = /INFERENCE_THREADS, value: '(\d+)'/.exec(settings) ?? []
  const [container] = service.manifest.spec.template.spec.containers
  expect(container!.resources.limits.cpu).toBe(threads)
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
