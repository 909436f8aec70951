import { afterEach, expect, test, vi } from 'vitest'
import { needs } from './needs.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

test('the first path that exists is the program', () => {
  expect(needs('suite', 'Node', ['/no/such/program', process.execPath])).toBe(process.execPath)
})

test('a suite whose program is missing says so and does not run', () => {
  vi.stubEnv('TEST_ALL', '')
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  expect(needs('suite', 'Program', ['/no/such/program'])).toBeNull()
  expect(write.mock.calls).toEqual([['not run: suite (needs Program)\n']])
})

test('where everything must run, a missing program is an error', () => {
  vi.stubEnv('TEST_ALL', '1')
  expect(() => needs('suite', 'Program', [])).toThrow('not run: suite (needs Program)')
})
