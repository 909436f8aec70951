import { expect, test } from 'vitest'
import { createStopTime } from './stop-time.ts'

test('each step of a stop has what earlier ones left of its share', () => {
  let now = 60_000
  const stop = createStopTime(20_000, () => now)
  now = 90_000
  stop.begin()
  expect(stop.leftUntil(0.5)).toBe(10_000)
  now += 4_000
  expect(stop.leftUntil(0.5)).toBe(6_000)
  expect(stop.leftUntil(0.75)).toBe(11_000)
  now += 12_000
  expect(stop.leftUntil(0.75)).toBe(0)
})
