import { expect, test } from 'vitest'
import type { ModelCard } from '#platform/runtime/model-card.ts'
import { createFakeCluster, renderedVersions } from '#platform/testing/fake-cluster.ts'
import { changeTraffic } from './change-traffic.ts'
import { deployFunction } from './deploy-function.ts'
import { parseShares, rollback, split, tagsOf } from './traffic.ts'

const VERSIONS = ['1.0.0', '2.0.0']
const CARD = {
  name: 'model',
  default_version: '1.0.0',
  versions: Object.fromEntries(VERSIONS.map((version) => [version, {}])),
} as unknown as ModelCard

const start = () => {
  const cluster = createFakeCluster('model')
  const { kubectl, watch, service } = cluster
  return {
    ...cluster,
    deploy: (code: string, annotations = {}) =>
      deployFunction(
        kubectl,
        watch,
        'test',
        CARD,
        renderedVersions('model', VERSIONS, code, annotations),
      ),
    shares: () =>
      service().spec.traffic!.map((one) => `${one.tag} ${one.revisionName} ${one.percent}`),
    splitTo: (to: string) =>
      changeTraffic(
        kubectl,
        'test',
        'model',
        (state) => split(state, parseShares(to, tagsOf(state.traffic))),
        'kubectl',
      ),
    rollBack: () => changeTraffic(kubectl, 'test', 'model', rollback, 'kubectl'),
  }
}

test('the first deploy makes a Revision of each version, the default one last, and gives it everything', async () => {
  const { deploy, shares, service } = start()
  const { created, hasNewTraffic } = await deploy('a')
  expect(created).toEqual(['2.0.0', '1.0.0'])
  expect(hasNewTraffic).toBe(true)
  expect(shares()).toEqual(['v2-0-0 model-00001 0', 'v1-0-0 model-00002 100'])
  expect(service().spec.template.metadata?.labels).toMatchObject({ 'inlet.dev/content': 'a-1.0.0' })
})

test('deploying the same again changes nothing', async () => {
  const { deploy, service, revisions, calls } = start()
  await deploy('a')
  const [before, applied] = [service(), calls.applied]
  expect(await deploy('a')).toMatchObject({ created: [], hasNewTraffic: false })
  expect(service()).toBe(before)
  expect(calls.applied).toBe(applied)
  expect(revisions()).toHaveLength(2)
})

test('changed code moves the tags, keeps the shares, and can be rolled back', async () => {
  const { deploy, shares, splitTo, rollBack } = start()
  await deploy('a')
  await splitTo('v1-0-0=90,v2-0-0=10')
  const before = shares()
  await deploy('b')
  expect(shares().toSorted()).toEqual(['v1-0-0 model-00004 90', 'v2-0-0 model-00003 10'])
  await rollBack()
  expect(shares().toSorted()).toEqual(before.toSorted())
})

test('a Revision that fails leaves the traffic, and makes place for the next try', async () => {
  const { deploy, shares, revisions, breakRevisions } = start()
  await deploy('a')
  const before = shares()
  breakRevisions(true)
  await expect(deploy('b')).rejects.toThrow(/did not become ready/)
  expect(shares()).toEqual(before)
  breakRevisions(false)
  const { created } = await deploy('b')
  expect(created).toEqual(['2.0.0', '1.0.0'])
  const routed = shares().map((share) => share.split(' ')[1])
  expect(revisions()).toEqual(expect.arrayContaining(routed))
  // The two of the first deploy, which a rollback leads to, and the two of now: none that failed.
  expect(revisions()).toHaveLength(4)
})

test('code that was there before is the template again, after a failure too', async () => {
  const { deploy, service, breakRevisions, revisions } = start()
  await deploy('a')
  breakRevisions(true)
  await expect(deploy('b')).rejects.toThrow(/did not become ready/)
  breakRevisions(false)
  await deploy('a')
  expect(service().spec.template.metadata?.labels).toMatchObject({ 'inlet.dev/content': 'a-1.0.0' })
  expect(revisions().length).toBeLessThanOrEqual(3)
})

test('what somebody changed in the template with the same labels is overwritten', async () => {
  const { deploy, changeTemplate, service, shares } = start()
  await deploy('a')
  changeTemplate({ 'client.knative.dev/updateTimestamp': 'now' })
  expect(await deploy('a')).toMatchObject({ created: ['1.0.0'] })
  expect(service().spec.template.metadata?.annotations).toEqual({})
  expect(shares()).toContain('v1-0-0 model-00004 100')
})

test('of the HPA class only the Revisions stay that traffic or a rollback lead to', async () => {
  const { deploy, revisions, service } = start()
  const hpa = { 'autoscaling.knative.dev/class': 'hpa.autoscaling.knative.dev' }
  for (const code of ['a', 'b', 'c', 'd']) await deploy(code, hpa)
  expect(revisions()).toHaveLength(4)
  for (const { revisionName } of service().spec.traffic!)
    expect(revisions()).toContain(revisionName)
})

test('a change in between is not lost: the plan is made again from what is there then', async () => {
  const { deploy, splitTo, calls, route, service, shares, rollBack } = start()
  await deploy('a')
  const others = service().spec.traffic!.map((one, at) => ({ ...one, percent: [70, 30][at]! }))
  calls.beforePatch = () => {
    calls.beforePatch = () => {}
    route(others)
  }
  await splitTo('v1-0-0=50,v2-0-0=50')
  expect(shares()).toEqual(['v2-0-0 model-00001 50', 'v1-0-0 model-00002 50'])
  await rollBack()
  expect(service().spec.traffic).toEqual(others)
})

test('traffic to a Revision that is gone is refused', async () => {
  const { deploy, rollBack, kubectl, shares } = start()
  await deploy('a')
  await deploy('b')
  await kubectl.run(['delete', 'revisions.serving.knative.dev', 'model-00001'])
  const before = shares()
  await expect(rollBack()).rejects.toThrow(/model-00001 does not exist any more/)
  expect(shares()).toEqual(before)
})

test('an annotation that this tool did not write is said to be that', async () => {
  const { deploy, rollBack, service } = start()
  await deploy('a')
  service().metadata.annotations!['inlet.dev/previous-traffic'] = '{"a":1}'
  await expect(rollBack()).rejects.toThrow(/is not a traffic that this tool wrote: remove it/)
})

test('a model that is not deployed is named with those that are', async () => {
  const { deploy, kubectl } = start()
  const change = (model: string) => changeTraffic(kubectl, 'test', model, rollback, 'kubectl')
  await expect(change('model')).rejects.toThrow(/run make deploy/)
  await deploy('a')
  await expect(change('other')).rejects.toThrow(/no model "other"; there are model/)
})
