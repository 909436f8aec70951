import { expect, test } from 'vitest'
import { table } from './table.ts'

test('a table has columns of equal width', () => {
  expect(
    table([
      ['a', 'b'],
      ['long', ''],
      ['', 'c'],
    ]),
  ).toBe('a     b\nlong\n      c')
})
