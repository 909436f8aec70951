import { expect, test } from 'vitest'
import { InletError } from './errors.ts'
import { withoutMessage } from './handler-failure.ts'

const failWith = (thrown: unknown) => (): never =>
  withoutMessage(() => {
    throw thrown
  })

test.each([
  ['an error that quotes its input', new TypeError('cannot read "secret"')],
  ['lines that look like a stack', new TypeError('secret\n    at secret (secret.ts:1:1)')],
  ['a message that stands twice', new TypeError('TypeError')],
  ['no message', new TypeError('')],
])('of %s the class and the place are left', (_, thrown) => {
  expect(failWith(thrown)).toThrow(/^TypeError at .*handler-failure\.test\.ts:\d+:\d+\)?$/)
  expect(failWith(thrown)).not.toThrow('secret')
})

test('what is no error says nothing of itself', () => {
  expect(failWith('secret')).toThrow('not an error was thrown')
})

test('an error for the caller stays what it is, and an answer too', () => {
  const error = new InletError('invalid_input', { detail: 'text must not be empty' })
  expect(failWith(error)).toThrow(error)
  expect(withoutMessage(() => 7)).toBe(7)
})
