import { expect, test } from 'vitest'
import { createSteps } from './steps.ts'

test('a step prints what it says of itself, a failed one that it failed', async () => {
  const lines: string[] = []
  const { run } = createSteps((line) => lines.push(line))
  expect(
    await run('one', async (say) => {
      say('done')
      return 1
    }),
  ).toBe(1)
  await expect(run('two', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(lines).toEqual([
    expect.stringMatching(/^one +0\.0 s {2}done$/),
    expect.stringMatching(/^two +0\.0 s {2}failed$/),
  ])
})
