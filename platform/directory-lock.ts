import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { lockFile, type FileLock } from './file-lock.ts'

/** Another process uses the folder; the message names it and says what to do. */
export class DirectoryInUseError extends Error {}

/**
 * Makes `directory` this process's own until `release()` or its end.
 * `address` is where this process answers, shown to whoever comes second.
 * Throws DirectoryInUseError when another process, or another part of this one, has it.
 */
export const lockDirectory = (directory: string, address: string): FileLock => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const ownerFile = path.join(directory, 'owner.json')
  const lock = lockFile(path.join(directory, 'lock'))
  if (lock === null) {
    throw new DirectoryInUseError(
      `The data folder ${directory} is in use by ${describeOwner(ownerFile)}. ` +
        'Use that one, stop it, or set DATA_DIRECTORY to another folder.',
    )
  }
  writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, address }))
  return {
    release: () => {
      rmSync(ownerFile, { force: true })
      lock.release()
    },
  }
}

/** The lock alone decides; this file only says whom to ask, and may lag behind for a moment. */
const describeOwner = (ownerFile: string): string => {
  try {
    const owner = JSON.parse(readFileSync(ownerFile, 'utf8')) as { pid: number; address: string }
    return `process ${owner.pid} at ${owner.address}`
  } catch {
    return 'another process'
  }
}
