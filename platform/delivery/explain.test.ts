import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { explain, type Target } from './explain.ts'
import type { KubernetesObject } from './kubernetes-objects.ts'

/** What the API server of a kind cluster answered while each of these failures was there, cut to what matters. */
const fixture = async (name: string): Promise<KubernetesObject[]> =>
  JSON.parse(
    await readFile(path.join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8'),
  ) as KubernetesObject[]

const service: Target = { kind: 'Service', name: 'digits' }
const revision = (number: number): Target => ({ kind: 'Revision', name: `digits-0000${number}` })

const newest = (objects: readonly KubernetesObject[]): Date =>
  new Date(Math.max(...objects.map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? ''))))
const secondsAfter = (date: Date, seconds: number): Date =>
  new Date(date.getTime() + seconds * 1000)

test.each([
  {
    failure: 'wrong-image',
    target: revision(4),
    object: /^Pod digits-00004-.*, container user-container$/,
    reason: /^ImagePullBackOff: the node cannot get the image dev\.local\/digits:nowhere$/,
    remedy: /make deploy builds this image and loads it/,
  },
  {
    failure: 'crash-loop',
    target: revision(5),
    object: /^Pod digits-00005-.*, container user-container$/,
    reason: /code 1: .*\n.*STOP_TIMEOUT_SECONDS: must be a whole number from 1 to 600, was "soon"/,
    remedy: /docs\/DEPLOYMENT\.md.*logs digits-00005-\S+ -c user-container --previous/,
  },
  {
    failure: 'quota',
    target: revision(10),
    name: 'digits-00010',
    object: /^Deployment digits-00010-deployment$/,
    reason: /exceeded quota: small, requested: requests\.cpu=1925m, used: requests\.cpu=665m/,
    remedy: /kubectl -n inlet get resourcequota/,
  },
])(
  '$failure: the Revision and its Service name the same object, and waiting is over at once',
  async ({ failure, target, object, reason, remedy, name }) => {
    const objects = await fixture(failure)
    const now = newest(objects)
    const cause = explain(objects, name === undefined ? target : { ...target, name }, now)
    expect(cause).toMatchObject({
      object: expect.stringMatching(object) as string,
      reason: expect.stringMatching(reason) as string,
      remedy: expect.stringMatching(remedy) as string,
      isFinal: true,
    })
    expect(explain(objects, service, now)).toEqual(cause)
  },
)

test('unschedulable: another pod may still make place, for a while', async () => {
  const objects = await fixture('unschedulable')
  const early = explain(objects, revision(3), secondsAfter(newest(objects), 5))
  expect(early).toMatchObject({
    reason: expect.stringMatching(/2 Insufficient cpu/),
    isFinal: false,
  })
  const late = explain(objects, service, secondsAfter(newest(objects), 40))
  expect(late).toEqual({ ...early, isFinal: true })
})

test('unready model: its own words are the cause; without them it is only slow for a while', async () => {
  const objects = await fixture('unready-model')
  const log = [
    '{"level":"error","time":"2026-11-21T15:51:29.421Z","model":"digits","reason":"model.onnx has sha256 5649, the card says 0000","msg":"the model did not load"}',
    '{"level":"info","time":"2026-11-21T15:51:29.446Z","role":"function","port":8080,"msg":"listening"}',
  ].join('\n')
  const pod = objects.find(({ kind }) => kind === 'Pod')!.metadata.name
  const logs = new Map([[pod, log]])
  const started = newest(objects)
  expect(explain(objects, service, secondsAfter(started, 15), logs)).toMatchObject({
    object: `Pod ${pod}, container user-container`,
    reason: 'the model did not load: model.onnx has sha256 5649, the card says 0000',
    isFinal: true,
  })
  const calm = new Map([[pod, log.split('\n')[1]!]])
  expect(explain(objects, service, secondsAfter(started, 15), calm)).toMatchObject({
    reason: expect.stringMatching(/^runs for \d+ s and is not ready$/),
    isFinal: false,
  })
  expect(explain(objects, service, secondsAfter(started, 90), calm)?.isFinal).toBe(true)
})

test('a Job that failed tells what its program said', async () => {
  const objects = await fixture('migration-failed')
  const [job, pod] = objects as [KubernetesObject, KubernetesObject]
  const said = 'GRANT\npsql:/grants/grants.sql:6: ERROR:  relation "nothing" does not exist\n'
  const logs = new Map([[pod.metadata.name, said]])
  const target = { kind: 'Job', name: job.metadata.name }
  expect(explain(objects, target, newest(objects), logs)).toMatchObject({
    object: `Pod ${pod.metadata.name}, container grants`,
    reason: expect.stringMatching(/with code 3: .*relation "nothing" does not exist$/s),
    isFinal: true,
  })
})

test('what is not there, or goes away, is no cause', async () => {
  const objects = await fixture('crash-loop')
  const now = newest(objects)
  expect(explain(objects, { kind: 'Revision', name: 'other-00001' }, now)).toBeNull()
  const going = objects
    .filter(({ kind }) => kind === 'Deployment' || kind === 'ReplicaSet' || kind === 'Pod')
    .map((one) => ({
      ...one,
      metadata: { ...one.metadata, deletionTimestamp: now.toISOString() },
    }))
  const rest = objects.filter(({ kind }) => kind === 'Configuration' || kind === 'Revision')
  expect(explain([...rest, ...going], revision(5), now)).toBeNull()
})
