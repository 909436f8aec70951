import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createLogger } from '#observability/logger.ts'
import { startTestFunction } from '#platform/testing/function.ts'
import { copyModel, edit, FUNCTIONS } from '#platform/testing/model-folder.ts'
import { readModel } from '../read-models.ts'

const golden = JSON.parse(
  await readFile(path.join(FUNCTIONS, 'iris/golden/1.0.0.json'), 'utf8'),
) as {
  cases: { request: { features: number[][] } }[]
}
const ROWS = golden.cases.flatMap(({ request }) => request.features).slice(0, 100)
const ROW = [5.1, 3.5, 1.4, 0.2]

/** The drift metrics of a function's page, by name and feature; counts wait for the next turn. */
const driftOf = async (iris: Awaited<ReturnType<typeof startTestFunction>>) => {
  await new Promise(setImmediate)
  iris.observe()
  const page = await iris.telemetry.page()
  const samples = [...page.matchAll(/^model_drift_(\w+)\{(.*)\} (\S+)$/gm)]
  return Object.fromEntries(
    samples.map(([, name, labels, value]) => [
      [name, /feature="(\w+)"/.exec(labels!)?.[1]].filter(Boolean).join(' '),
      Number(value),
    ]),
  )
}

const logged = () => {
  const lines: string[] = []
  return { lines, logger: createLogger('warn', { write: (line) => void lines.push(line) }) }
}

test('a function tells how far its latest instances are from those of its training', async () => {
  const iris = await startTestFunction('iris')
  expect(await driftOf(iris)).toEqual({ samples: 0 })
  await iris.predict({ features: [ROW] })
  expect(await driftOf(iris)).toEqual({ samples: 1 })
  await iris.predict({ features: Array.from({ length: 199 }, () => ROW) })
  const drift = await driftOf(iris)
  expect(drift['samples']).toBe(200)
  for (const feature of [
    'sepal_length',
    'sepal_width',
    'petal_length',
    'petal_width',
    'label',
    'confidence',
  ]) {
    expect(drift[`score ${feature}`]).toBeGreaterThan(0.5)
    expect(drift[`chance_score ${feature}`]).toBeLessThan(0.5)
  }
  expect(Object.keys(drift)).toHaveLength(13)
  expect(await iris.telemetry.page()).toMatch(
    /^model_drift_score\{model_name="iris",version="1.0.0",feature="label"\} /m,
  )
})

test('the rows that a version was made from have not drifted, by features nor by answers', async () => {
  const iris = await startTestFunction('iris')
  for (const _ of [1, 2]) {
    for (const { request } of golden.cases) await iris.predict(request)
  }
  const drift = await driftOf(iris)
  expect(drift['samples']).toBe(300)
  const scores = Object.entries(drift).filter(([name]) => name.startsWith('score '))
  expect(scores).toHaveLength(6)
  for (const [, score] of scores) expect(score).toBeLessThan(0.02)
})

test('inputs that are refused do not count', async () => {
  const iris = await startTestFunction('iris')
  expect((await iris.predict({ features: [[1, 2]] })).status).toBe(422)
  expect(await driftOf(iris)).toEqual({ samples: 0 })
})

test('an answer leaves before it is counted', async () => {
  const iris = await startTestFunction('iris')
  await iris.predict({ features: [ROW] })
  iris.observe()
  expect(await iris.telemetry.page()).toMatch(/^model_drift_samples\{.*\} 0$/m)
  expect(await driftOf(iris)).toEqual({ samples: 1 })
})

test('DRIFT_WINDOW bounds what is compared, and 0 turns it off', async () => {
  const small = await startTestFunction('iris', '1.0.0', { driftWindow: 250 })
  await small.predict({ features: [...ROWS, ...ROWS, ...ROWS] })
  expect((await driftOf(small))['samples']).toBe(250)
  const off = await startTestFunction('iris', '1.0.0', { driftWindow: 0 })
  await off.predict({ features: [ROW] })
  expect(await driftOf(off)).toEqual({})
})

test('a version without a sketch has no drift metrics', async () => {
  const folder = await copyModel('iris')
  await rm(path.join(folder, 'versions/1.0.0/reference.json'))
  await edit(path.join(folder, 'model-card.md'), (card) =>
    card.replace(/^ *reference\.json: .*\n/m, ''),
  )
  const iris = await startTestFunction('iris', '1.0.0', { folder })
  expect((await iris.predict({ features: [ROW] })).status).toBe(200)
  expect(await driftOf(iris)).toEqual({})
})

test('features that do not fit the sketch are logged once, and cost no answer', async () => {
  const { lines, logger } = logged()
  const { definition } = await readModel(path.join(FUNCTIONS, 'iris'))
  const iris = await startTestFunction('iris', '1.0.0', {
    definition: { ...definition, features: () => [{ height: 1 }] },
    logger,
  })
  for (const _ of [1, 2]) expect((await iris.predict({ features: [ROW] })).status).toBe(200)
  expect(await driftOf(iris)).toEqual({})
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain("the handler's features height (number) are not those")
})

test('features that fail on an input are logged without it, and cost no answer', async () => {
  const { lines, logger } = logged()
  const { definition } = await readModel(path.join(FUNCTIONS, 'iris'))
  const iris = await startTestFunction('iris', '1.0.0', {
    definition: {
      ...definition,
      features: (input) => {
        const rows = definition.features!(input)
        return rows.length === 1 ? rows : [{ sepal_length: 'six' }]
      },
    },
    logger,
  })
  expect((await iris.predict({ features: [ROW, ROW] })).status).toBe(200)
  expect(await driftOf(iris)).toEqual({ samples: 0 })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('the feature sepal_length must be a number')
  expect(lines[0]).not.toContain('six')
})

test.each(['features', 'outcomes'])(
  'what %s throw is logged by class and place, and costs no answer',
  async (step) => {
    const { lines, logger } = logged()
    const { definition } = await readModel(path.join(FUNCTIONS, 'iris'))
    const fail = (value: unknown): never => {
      throw new TypeError(`cannot read ${JSON.stringify(value)}`)
    }
    const features: typeof definition.features = (input) =>
      input === definition.example ? definition.features!(input) : fail(input)
    const failing = step === 'features' ? { features } : { outcomes: fail }
    const iris = await startTestFunction('iris', '1.0.0', {
      definition: { ...definition, ...failing },
      logger,
    })
    expect((await iris.predict({ features: [ROW] })).status).toBe(200)
    await driftOf(iris)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/"reason":"TypeError at .*live-drift\.test\.ts:\d+:\d+\)?"/)
  },
)
