import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DirectoryInUseError, lockDirectory } from './directory-lock.ts'
import { startChild, type Child } from './testing/child-process.ts'

const HOLDER = path.join(import.meta.dirname, 'testing/hold-directory.ts')

let directory: string
let children: Child[]

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'inlet-lock-'))
  children = []
})
afterEach(async () => {
  await Promise.all(children.map((child) => child.kill()))
  rmSync(directory, { recursive: true, force: true })
})

/** Resolves when another process has said whether it has the folder. */
const holdElsewhere = async (address: string): Promise<Child> => {
  const child = startChild(HOLDER, directory, address)
  children.push(child)
  await child.line((line) => /^(locked|refused)/.test(line))
  return child
}

describe('the lock of a data folder', () => {
  it('makes a second process stop with the pid and address of the first and what to do', async () => {
    const first = await holdElsewhere('http://127.0.0.1:8080')
    expect(first.lines).toEqual(['locked'])
    const second = () => lockDirectory(directory, 'http://127.0.0.1:9090')
    expect(second).toThrow(DirectoryInUseError)
    expect(second).toThrow(
      `The data folder ${directory} is in use by process ${first.pid} at http://127.0.0.1:8080. ` +
        'Use that one, stop it, or set DATA_DIRECTORY to another folder.',
    )
  })

  it('keeps out a second opening within one process', () => {
    const lock = lockDirectory(directory, 'http://localhost')
    expect(() => lockDirectory(directory, 'http://localhost')).toThrow(DirectoryInUseError)
    lock.release()
    lockDirectory(directory, 'http://localhost').release()
  })

  it('makes the folder, and those above it', () => {
    lockDirectory(path.join(directory, 'new', 'data'), 'http://localhost').release()
  })

  it('is free again after its owner was killed, even when another program has its pid now', async () => {
    const first = await holdElsewhere('http://127.0.0.1:8080')
    await first.kill()
    const reused = { pid: process.pid, address: 'http://127.0.0.1:8080' }
    writeFileSync(path.join(directory, 'owner.json'), JSON.stringify(reused))
    lockDirectory(directory, 'http://localhost').release()
  })

  it('goes to exactly one of several that ask for it at once after a kill', async () => {
    const first = await holdElsewhere('http://127.0.0.1:8080')
    await first.kill()
    const others = await Promise.all(
      [1, 2, 3, 4].map((number) => holdElsewhere(`http://127.0.0.1:808${number}`)),
    )
    const results = others.flatMap(({ lines }) => lines)
    expect(results.filter((line) => line === 'locked')).toHaveLength(1)
    expect(results.filter((line) => line.startsWith('refused: The data folder'))).toHaveLength(3)
  })

  it('says what it can when the owner has not written its name yet', async () => {
    await holdElsewhere('http://127.0.0.1:8080')
    rmSync(path.join(directory, 'owner.json'))
    expect(() => lockDirectory(directory, 'http://localhost')).toThrow('in use by another process')
  })
})
