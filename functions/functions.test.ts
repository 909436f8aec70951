import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { createInstruments } from '#observability/metrics.ts'
import { createTelemetry } from '#observability/telemetry.ts'
import { loadFunction } from '#platform/runtime/load-function.ts'
import { createObserver } from '#platform/runtime/observe.ts'
import { modelFolders, readModel } from '#platform/runtime/read-models.ts'
import { validate } from '#platform/runtime/validate.ts'
import type { Tensors } from '#runtime'

type Expected = Record<string, number[][]>
type Golden = {
  tolerance: number
  quantized_tolerance?: number
  cases: { request: unknown; outputs: Expected; quantized?: Expected }[]
}

const largestDifference = (outputs: readonly Tensors[], expected: Expected): number => {
  let largest = 0
  for (const [name, rows] of Object.entries(expected)) {
    const actual = outputs.flatMap((output) => Array.from(output[name]!.data as Float32Array))
    const wanted = rows.flat()
    expect(actual).toHaveLength(wanted.length)
    for (const [index, value] of wanted.entries()) {
      largest = Math.max(largest, Math.abs(actual[index]! - value))
    }
  }
  return largest
}

const models = await Promise.all((await modelFolders(import.meta.dirname)).map(readModel))
const versions = models.flatMap((model) =>
  Object.entries(model.card.versions).map(([version, card]) => ({
    name: `${model.card.name} ${version}`,
    model,
    version,
    card,
  })),
)

test('every folder is a model, and there are four kinds of work', () => {
  expect(models.map(({ card }) => card.name)).toEqual(['digits', 'iris', 'sentiment', 'summarize'])
})

test.each(models.map(({ card, folder }) => ({ name: card.name, card, folder })))(
  'the folder of $name holds the versions on its card, and prose that says more than its front matter',
  async ({ card, folder }) => {
    const shipped = await readdir(path.join(folder, 'versions'))
    expect(shipped.toSorted()).toEqual(Object.keys(card.versions).toSorted())
    const prose = (await readFile(path.join(folder, 'model-card.md'), 'utf8')).split(/^---$/m)[2]!
    expect(prose.length).toBeGreaterThan(500)
  },
)

describe.each(versions)('$name', async ({ model, version, card }) => {
  const { definition, folder } = model
  const identity = { model: model.card.name, version, revision: 'test' }
  const observer = createObserver(createInstruments(createTelemetry().meter), identity)
  const options = { mode: 'inline', threads: 1, maxQueue: 10_000 } as const
  const loaded = await loadFunction(folder, version, card, definition, options, observer)
  afterAll(() => loaded.close())

  const golden = JSON.parse(
    await readFile(path.join(folder, `golden/${version}.json`), 'utf8'),
  ) as Golden
  const { preprocess } = definition
  const instancesOf = (request: unknown) =>
    preprocess(validate(definition.input, request), loaded.resources).instances

  test('answers as the Python original does, within the tolerance on the card', async () => {
    expect(golden.tolerance).toBe(card.parity.tolerance)
    for (const { request, outputs: expected, quantized } of golden.cases) {
      const { outputs } = await loaded.batcher.run(instancesOf(request))
      expect(largestDifference(outputs, expected)).toBeLessThanOrEqual(golden.tolerance)
      if (quantized !== undefined) {
        const tolerance = golden.quantized_tolerance!
        expect(largestDifference(outputs, quantized)).toBeLessThanOrEqual(tolerance)
      }
    }
  })

  test('answers in a batch as it answers alone', async () => {
    const some = fc.uniqueArray(fc.constantFrom(...golden.cases), { minLength: 2, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(some, async (cases) => {
        const instances = cases.flatMap(({ request }) => instancesOf(request)).slice(0, 24)
        const alone: Tensors[] = []
        for (const instance of instances) {
          alone.push((await loaded.batcher.run([instance])).outputs[0]!)
        }
        const { outputs } = await loaded.batcher.run(instances)
        const expected = Object.fromEntries(
          Object.keys(alone[0]!).map((name) => [
            name,
            alone.map((output) => Array.from(output[name]!.data as Float32Array)),
          ]),
        )
        expect(largestDifference(outputs, expected)).toBeLessThanOrEqual(1e-5)
      }),
      { numRuns: 10 },
    )
  })

  test('its example is an input that it takes', () => {
    expect(() => validate(definition.input, definition.example)).not.toThrow()
  })

  test('is no larger than an image should carry', async () => {
    const directory = path.join(folder, 'versions', version)
    const sizes = (await readdir(directory)).map(
      async (file) => (await stat(path.join(directory, file))).size,
    )
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    expect(bytes).toBeLessThan(30 * 1024 * 1024)
  })
})
