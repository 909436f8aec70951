import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDriftWindow } from './drift-window.ts'

test('a window counts the latest values, whatever came before', () => {
  const bins = 4
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.nat(bins - 1), { maxLength: 100 }),
      (length, values) => {
        const window = createDriftWindow(bins, length)
        for (const value of values) window.add(value)
        const latest = values.slice(-length)
        expect(window.size).toBe(latest.length)
        expect(Array.from(window.counts)).toEqual(
          Array.from({ length: bins }, (_, bin) => latest.filter((one) => one === bin).length),
        )
      },
    ),
  )
})
