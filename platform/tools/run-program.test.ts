import { expect, test } from 'vitest'
import { ProgramError, runProgram } from './run-program.ts'

const node = process.execPath

test('a program takes its input and gives its output', async () => {
  const echo = 'process.stdin.pipe(process.stdout)'
  expect(await runProgram(node, ['-e', echo], 'some words')).toBe('some words')
})

test('a program that fails is told with its own words, a missing one with where to get it', async () => {
  const failing = runProgram(node, ['-e', 'console.error("no such thing"); process.exit(3)'])
  await expect(failing).rejects.toThrow(/failed: no such thing\n {2}called: /)
  const missing = runProgram('kind-of-nothing', [])
  await expect(missing).rejects.toThrow('kind-of-nothing is not installed')
  await expect(missing).rejects.toBeInstanceOf(ProgramError)
})
