import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createInstruments } from '#observability/instruments.ts'
import { createTelemetry } from '#observability/telemetry.ts'
import { watchDrift } from '#platform/runtime/drift/watch-drift.ts'
import { loadFunction, type ClosableFunction } from '#platform/runtime/load-function.ts'
import { createObserver } from '#platform/runtime/observe.ts'
import { predict } from '#platform/runtime/predict.ts'
import { modelFolders, readModel } from '#platform/runtime/read-models.ts'
import { readReferenceSketch } from '#platform/runtime/reference-sketch.ts'
import { createSteps } from '#platform/runtime/steps.ts'
import { validate } from '#platform/runtime/validate.ts'
import { readOnnxMetadata } from '#platform/testing/onnx-metadata.ts'
import type { Tensors } from '#runtime'

type Expected = Record<string, number[][]>
type Golden = {
  tolerance: number
  quantized_tolerance?: number
  cases: { request: unknown; outputs: Expected; quantized?: Expected }[]
}

/** What a stage of the pipeline measured when it made a version's files. */
type Facts = {
  model: string
  version: string
  training_digest: string
  card: { labels: string[]; parity: Record<string, number> }
}

const metrics = path.resolve(import.meta.dirname, '../training/metrics')
const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'))

/** Of the cases: fewer bits may turn an answer that was undecided, no more. */
const MOST_DISAGREEMENTS = 0.02

/** Of one number of an answer, between processors and releases of the engine. */
const ENGINE_DIFFERENCE = 1e-5

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

describe.each(versions)('what $name ships with', ({ model, version, card }) => {
  const directory = path.join(model.folder, 'versions', version)

  test('is what its card lists, byte for byte', async () => {
    const hashes = (await readdir(directory)).map(async (file) => {
      const content = await readFile(path.join(directory, file))
      return [file, createHash('sha256').update(content).digest('hex')] as const
    })
    expect(Object.fromEntries(await Promise.all(hashes))).toEqual(card.files)
    expect(Object.keys(card.files)).toEqual(
      expect.arrayContaining(['model.onnx', 'reference.json']),
    )
  })

  test('says inside the model what the folder and the card say', async () => {
    const { labels, ...metadata } = await readOnnxMetadata(path.join(directory, 'model.onnx'))
    expect(metadata).toStrictEqual({
      name: model.card.name,
      version,
      training_digest: card.training_digest,
    })
    expect(JSON.parse(labels!)).toEqual(card.labels)
  })

  test('has a reference sketch with the labels of the card', async () => {
    const file = path.join(directory, 'reference.json')
    const { outputs } = readReferenceSketch(await readJson(file), file)
    expect(outputs?.labels.categories ?? []).toEqual(card.labels)
  })

  test.runIf('reference.json' in card.files)(
    'has a reference sketch of what its handler says of an input',
    async () => {
      const file = path.join(directory, 'reference.json')
      const sketch = readReferenceSketch(await readJson(file), file)
      const { features, example } = model.definition
      expect(features).toBeDefined()
      expect(() => watchDrift(model.definition, sketch, 1_000)).not.toThrow()
      const names = sketch.features.map(({ name }) => name).toSorted()
      for (const instance of features!(example)) {
        expect(Object.keys(instance).toSorted()).toEqual(names)
      }
    },
  )

  test('was compared with its Python original on 500 cases or more, and is near enough', () => {
    const { cases, tolerance, largest_difference, label_disagreements } = card.parity
    expect(cases).toBeGreaterThanOrEqual(500)
    expect(largest_difference).toBeLessThanOrEqual(tolerance)
    if (card.labels.length === 0) expect(label_disagreements).toBeUndefined()
    else expect(label_disagreements).toBeLessThanOrEqual(cases * MOST_DISAGREEMENTS)
  })

  test('has on its card what the pipeline measured when it made these files', async () => {
    const facts = (await readJson(
      path.join(metrics, `${model.card.name}-${version}.json`),
    )) as Facts
    expect(facts).toMatchObject({
      model: model.card.name,
      version,
      training_digest: card.training_digest,
    })
    expect(facts.card.labels).toEqual(card.labels)
    expect(facts.card.parity).toEqual(card.parity)
  })
})

describe.each(versions)('$name', ({ model, version, card }) => {
  const { definition, folder } = model
  let loaded: ClosableFunction
  let golden: Golden
  beforeAll(async () => {
    const identity = { model: model.card.name, version, revision: 'test' }
    const observer = createObserver(createInstruments(createTelemetry().meter), identity)
    const options = { mode: 'inline', threads: 1, maxQueue: 10_000 } as const
    loaded = await loadFunction(folder, version, card, definition, options, observer)
    golden = (await readJson(path.join(folder, `golden/${version}.json`))) as Golden
    return () => loaded.close()
  })

  const { preprocess } = definition
  const instancesOf = (request: unknown) =>
    preprocess(validate(definition.input, request), loaded.resources).instances

  test('answers as the Python original does, as nearly as its card says', async () => {
    const { tolerance, largest_difference } = card.parity
    expect(golden.tolerance).toBe(tolerance)
    for (const { request, outputs: expected, quantized } of golden.cases) {
      const { outputs } = await loaded.batcher.run(instancesOf(request))
      const difference = largestDifference(outputs, expected)
      expect(difference).toBeLessThanOrEqual(tolerance)
      expect(difference).toBeLessThanOrEqual(largest_difference + ENGINE_DIFFERENCE)
      if (quantized !== undefined) {
        expect(largestDifference(outputs, quantized)).toBeLessThanOrEqual(
          golden.quantized_tolerance!,
        )
      }
    }
  })

  test('says of each answer what drift is watched by: labels of the card, or embeddings', async () => {
    for (const { request } of golden.cases.slice(0, 20)) {
      const input = validate(definition.input, request)
      const { answer, embeddings } = await predict(loaded, input, createSteps())
      const outcomes = definition.outcomes?.(answer) ?? []
      if (card.labels.length === 0) expect(embeddings.length).toBeGreaterThan(0)
      else expect(outcomes).toHaveLength(definition.features!(input).length)
      for (const { label, confidence } of outcomes) {
        expect(card.labels).toContain(label)
        expect(confidence).toBeGreaterThanOrEqual(1 / card.labels.length - ENGINE_DIFFERENCE)
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
