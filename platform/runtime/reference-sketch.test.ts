import { expect, test } from 'vitest'
import { readReferenceSketch } from './reference-sketch.ts'

const deciles = [1, 2, 3, 4, 5, 6, 7, 8, 9]

const sketch = () => ({
  schema_version: 1,
  rows: 120,
  features: [
    { name: 'length', kind: 'number', edges: [4.5, 6], shares: [0.2, 0.5, 0.3] },
    { name: 'colour', kind: 'category', categories: ['blue', 'red'], shares: [0.25, 0.75] },
  ],
  outputs: {
    rows: 30,
    labels: { categories: ['no', 'yes'], shares: [0.4, 0.6] },
    confidence: { edges: [0.75], shares: [0.1, 0.9] },
  },
  embedding: { rows: 600, mean: [0.6, 0], distance_quantiles: deciles.map((tenth) => tenth / 10) },
})

const read = (content: unknown) => readReferenceSketch(content, 'reference.json')

test('a sketch is read as it was written', () => {
  expect(read(sketch())).toEqual(sketch())
})

test('a model without labels has no outputs, one without embeddings no embedding', () => {
  const { schema_version, rows, features } = sketch()
  expect(read({ schema_version, rows, features })).toEqual({ schema_version, rows, features })
})

type Sketch = ReturnType<typeof sketch>

test.each<[string, string, (content: Sketch) => unknown]>([
  ['a share too few', 'must be 3 numbers, not 2', ({ features }) => features[0]!.shares.pop()],
  ['a category too many', 'must be 3 numbers', ({ features }) => features[1]!.categories?.push('')],
  ['a label too many', 'must be 3 numbers', ({ outputs }) => outputs.labels.categories.push('so')],
  ['shares that sum to more', 'must sum to 1', ({ features }) => (features[0]!.shares[0] = 0.3)],
  [
    'a negative share',
    'outputs.labels.shares[0]',
    ({ outputs }) => (outputs.labels.shares[0] = -1),
  ],
  ['edges that do not ascend', 'ascend', ({ features }) => (features[0]!.edges![1] = 4.5)],
  ['equal deciles', 'ascend', ({ embedding }) => (embedding.distance_quantiles[1] = 0.1)],
  ['a decile too few', 'quantiles', ({ embedding }) => embedding.distance_quantiles.pop()],
  ['a feature twice', 'name a feature twice', ({ features }) => (features[1]!.name = 'length')],
  ['a category twice', 'category twice', ({ features }) => (features[1]!.categories![1] = 'blue')],
  ['an unknown field', '"extra"', (content) => Object.assign(content, { extra: 1 })],
  ['an unknown schema', 'schema_version', (content) => (content.schema_version = 2)],
  ['no rows', 'rows', (content) => (content.rows = 0)],
])('%s is refused, and named', (_, message, spoil) => {
  const content = sketch()
  spoil(content)
  expect(() => read(content)).toThrow('reference.json is not a reference sketch')
  expect(() => read(content)).toThrow(message)
})

test('a sum may be off by what rounding does, and by no more', () => {
  const content = sketch()
  content.features[0]!.shares = [0.2, 0.5, 0.300_000_9]
  expect(() => read(content)).not.toThrow()
  content.features[0]!.shares = [0.2, 0.5, 0.300_002]
  expect(() => read(content)).toThrow('must sum to 1')
})
