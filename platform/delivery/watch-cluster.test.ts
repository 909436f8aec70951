import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Kubectl } from './kubectl.ts'
import type { KubernetesObject } from './kubernetes-objects.ts'
import { ready, watchCluster } from './watch-cluster.ts'

const fixture = async (name: string): Promise<KubernetesObject[]> =>
  JSON.parse(
    await readFile(path.join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8'),
  ) as KubernetesObject[]

const cluster = (snapshots: readonly KubernetesObject[][]) => {
  const looks = [...snapshots]
  const counts = { looks: 0, logs: 0 }
  const kubectl = {
    list: async (kinds: string) => {
      if (kinds === 'events') return []
      counts.looks++
      return looks.length > 1 ? looks.shift()! : looks[0]!
    },
    run: async () => {
      counts.logs++
      return '{"level":"error","msg":"the model did not load","reason":"its sha256 differs"}'
    },
  } as unknown as Kubectl
  return { watch: watchCluster(kubectl), counts }
}

const job = (isComplete: boolean): KubernetesObject =>
  ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate' },
    status: { conditions: [{ type: 'Complete', status: isComplete ? 'True' : 'False' }] },
  }) as KubernetesObject

test('it waits until the object is ready, and one look serves all that wait', async () => {
  const { watch, counts } = cluster([[], [job(false)], [job(true)]])
  const target = { kind: 'Job', name: 'migrate' }
  const waits = [1, 2, 3].map(() => watch.until(ready(target, 30)))
  const found = await Promise.all(waits)
  expect(found.map(({ metadata }) => metadata.name)).toEqual(['migrate', 'migrate', 'migrate'])
  expect(counts.looks).toBe(3)
})

test('what cannot become ready ends the wait at once, with object, cause and remedy', async () => {
  const { watch } = cluster([await fixture('wrong-image')])
  const start = performance.now()
  await expect(watch.until(ready({ kind: 'Revision', name: 'digits-00004' }, 600))).rejects.toThrow(
    /^Revision digits-00004 did not become ready\.\n {2}object: Pod digits-00004-\S+, container user-container\n {2}cause: {2}ImagePullBackOff.*\n {2}remedy: make deploy builds/,
  )
  expect(performance.now() - start).toBeLessThan(10_000)
})

test('a pod that runs and is not ready is asked for its log', async () => {
  const { watch, counts } = cluster([await fixture('unready-model')])
  await expect(watch.until(ready({ kind: 'Revision', name: 'digits-00009' }, 600))).rejects.toThrow(
    /the model did not load: its sha256 differs/,
  )
  expect(counts.logs).toBe(1)
})

test('what never comes is given up, and said to be unexplained', async () => {
  const { watch } = cluster([[job(false)]])
  await expect(watch.until(ready({ kind: 'Job', name: 'migrate' }, 1))).rejects.toThrow(
    /^Job migrate did not complete in 1 s, and nothing in the cluster says why/,
  )
})
