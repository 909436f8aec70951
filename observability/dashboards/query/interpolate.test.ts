import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard'
import { describe, expect, test } from 'vitest'
import { ALL, interpolate, intervalOf, valueOf } from './interpolate.ts'
import { repeated } from './repeat.ts'

const multi = { multi: true, includeAll: true, allValue: '.+' }
const options = ['a', 'b.c'].map((value) => ({ text: value, value }))

describe('a value is written as Grafana writes it', () => {
  test.each([
    ['one of several', multi, '1.0.0', String.raw`1\\.0\\.0`],
    ['a list of one', multi, ['iris'], 'iris'],
    ['several', multi, ['a', 'b|c'], String.raw`(a|b\\|c)`],
    ['All with a value of its own', multi, ALL, '.+'],
    ['All in a list', multi, [ALL], '.+'],
    ['All without one', { ...multi, allValue: '', options }, ALL, String.raw`(a|b\\.c)`],
    ['a backslash', multi, String.raw`a\d`, String.raw`a\\\\d`],
    ['a single-valued variable', { multi: false }, '1.0.0', '1.0.0'],
    ['a quote in one', { multi: false }, "it's", String.raw`it\\'s`],
  ])('%s', (_, variable, chosen, written) => {
    expect(valueOf(variable, chosen)).toBe(written)
  })
})

test('names are put in, Grafana’s own too, and what it does not know stays', () => {
  const variables = [{ name: 'model', ...multi }] as unknown as VariableModel[]
  const text =
    'x{a=~"$model",b="${model}",c="$other"}[$__rate_interval] $__range_s label_replace("$1")'
  const interval = { range: 3_600, step: 5, rate: 20 }
  expect(interpolate(text, variables, { model: 'iris' }, interval)).toBe(
    'x{a=~"iris",b="iris",c="$other"}[20s] 3600 label_replace("$1")',
  )
})

describe('steps and windows', () => {
  test.each([
    ['an hour on a wide screen', 3_600, 1_500, 5, { step: 5, rate: 20 }],
    ['a day', 86_400, 1_500, 5, { step: 60, rate: 65 }],
    ['a week in a third of the width', 604_800, 500, 5, { step: 1_200, rate: 1_205 }],
  ])('%s', (_, range, points, scrape, expected) => {
    expect(intervalOf(range, points, scrape)).toEqual({ range, ...expected })
  })
})

test('a repeated panel stands once for each value, side by side', () => {
  const panel = {
    type: 'heatmap',
    repeat: 'version',
    maxPerRow: 2,
    gridPos: { x: 0, y: 3, w: 12, h: 8 },
  }
  const placed = repeated(panel, { version: ALL }, { version: ['1', '2', '3'] })
  expect(placed.map(({ selection }) => selection['version'])).toEqual(['1', '2', '3'])
  expect(placed.map((one) => one.panel.gridPos)).toEqual([
    { x: 0, y: 3, w: 12, h: 8 },
    { x: 12, y: 3, w: 12, h: 8 },
    { x: 0, y: 11, w: 12, h: 8 },
  ])
})
