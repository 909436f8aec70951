import { expect, test } from 'vitest'
import type { KubernetesObject } from './kubernetes-objects.ts'
import { supersededRevisions } from './superseded.ts'

const revision = (name: string, autoscaler: string): KubernetesObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Revision',
  metadata: { name, annotations: { 'autoscaling.knative.dev/class': autoscaler } },
})
const HPA = 'hpa.autoscaling.knative.dev'
const to = (revisionName: string) => [{ revisionName, percent: 100 }]

test('a revision that keeps a pod and that nothing leads to is superseded', () => {
  const revisions = ['a', 'b', 'c'].map((name) => revision(name, HPA))
  expect(supersededRevisions(revisions, { traffic: to('c'), previous: to('b') })).toEqual(['a'])
  expect(supersededRevisions(revisions, { traffic: to('c'), previous: null })).toEqual(['a', 'b'])
})

test('one that goes to zero by itself is left to Knative', () => {
  const revisions = [revision('a', 'kpa.autoscaling.knative.dev')]
  expect(supersededRevisions(revisions, { traffic: to('b'), previous: null })).toEqual([])
})
