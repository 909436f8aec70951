import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { BURN_RATES, generate } from './generate.ts'
import { parseServiceLevels, readServiceLevels } from './service-levels.ts'

const FUNCTIONS = path.resolve(import.meta.dirname, '../../functions')

test('the burn rates are what the service levels make; if not: npm run docs', () => {
  expect(readFileSync(BURN_RATES, 'utf8')).toBe(generate(readServiceLevels()))
})

test('the service levels name no model that there is not', () => {
  const folders = readdirSync(FUNCTIONS)
  for (const model of Object.keys(readServiceLevels().models)) expect(folders).toContain(model)
})

const levels = (availability: number, seconds: number, more = ''): string =>
  `{ budget_days: 7, least_requests: 20, default: { availability: { objective: ${availability} }, latency: { objective: 0.95, seconds: ${seconds} } }, models: {}${more} }`

test('whole seconds are asked for as both versions of Prometheus write them', () => {
  expect(generate(parseServiceLevels(levels(0.99, 1)))).toContain(String.raw`le=~"1(\\.0)?"`)
})

test.each([
  ['an objective of 1', levels(1, 0.5), 'leaves nothing to spend'],
  ['a low objective', levels(0.9, 0.5), 'no outage would burn fast enough'],
  ['seconds between buckets', levels(0.99, 0.4), 'must be one of 0.0001'],
  ['an unknown field', levels(0.99, 0.5, ', budget: 1'), 'Unrecognized key: "budget"'],
  ['a longer budget than Prometheus keeps', levels(0.99, 0.5).replace('7', '30'), 'budget_days'],
])('%s is refused with the reason', (_, text, reason) => {
  expect(() => parseServiceLevels(text)).toThrow(reason)
})
