import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { lockFile, type FileLock } from '#platform/file-lock.ts'
import { fromLine, toLine, type EncodedRecord } from './encoded-record.ts'

/** Records of one file, oldest first, and how many of its lines could not be read. */
export type Segment = { records: EncodedRecord[]; unreadable: number; remove(): Promise<void> }

export type Spill = {
  readonly isEmpty: boolean
  /** Bytes of all files. */
  readonly bytes: number
  /**
   * Puts records on the disk, synced, until the space is used up; resolves to how many of them, from the first.
   * Rejects, with none of them kept, when the disk fails.
   */
  append(records: EncodedRecord[]): Promise<number>
  /** The oldest file, or null. It stays until `remove()`. Rejects when it cannot be read, and then leaves it out. */
  next(): Promise<Segment | null>
  /** Leaves what is there to the next process. */
  close(): void
}

/**
 * Files of JSON lines in a folder of this process's own within `directory`, at most `bytes` in all.
 * Takes over what processes that have ended left behind. Throws when the folder cannot be written.
 */
export const openSpill = ({ directory, bytes }: { directory: string; bytes: number }): Spill => {
  const { folder, lock } = makeFolder(directory)
  adoptAbandoned(directory, folder)
  // Named by UUIDv7, so that names sort by time, also among files of several processes.
  const files = segmentsOf(folder).map((name) => fileOf(path.join(folder, name)))
  const used = () => files.reduce((sum, file) => sum + file.bytes, 0)
  return {
    get isEmpty() {
      return files.length === 0
    },
    get bytes() {
      return used()
    },
    append: async (records) => {
      const lines = linesThatFit(records, bytes - used())
      if (lines.length === 0) return 0
      const file = path.join(folder, `${uuidv7()}.jsonl`)
      try {
        await writeSynced(file, lines.join(''))
        await syncFolder(folder)
      } catch (thrown) {
        await rm(file, { force: true })
        throw thrown
      }
      files.push(fileOf(file))
      return lines.length
    },
    next: async () => {
      const file = files[0]
      if (file === undefined) return null
      const text = await readFile(file.path, 'utf8').catch((thrown: unknown) => {
        files.shift()
        throw thrown
      })
      const read = text
        .split('\n')
        .filter((line) => line !== '')
        .map(fromLine)
      const records = read.filter((record) => record !== null)
      const remove = async () => {
        files.shift()
        await rm(file.path, { force: true })
      }
      return { records, unreadable: read.length - records.length, remove }
    },
    close: () => {
      if (segmentsOf(folder).length === 0) rmSync(folder, { recursive: true, force: true })
      lock.release()
    },
  }
}

const fileOf = (file: string) => ({ path: file, bytes: statSync(file).size })

const segmentsOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()

const makeFolder = (directory: string): { folder: string; lock: FileLock } => {
  for (;;) {
    const folder = path.join(directory, uuidv7())
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    try {
      const lock = lockFile(path.join(folder, 'lock'))
      if (lock !== null && existsSync(path.join(folder, 'lock'))) return { folder, lock }
      lock?.release()
    } catch (thrown) {
      if (existsSync(folder)) throw thrown
    }
    // Before the lock was ours, another starting process took the folder for an abandoned one: make another.
  }
}

const adoptAbandoned = (directory: string, ours: string): void => {
  for (const name of readdirSync(directory).toSorted()) {
    const folder = path.join(directory, name)
    if (folder !== ours && existsSync(path.join(folder, 'lock'))) adopt(folder, ours)
  }
}

const adopt = (folder: string, ours: string): void => {
  let lock: FileLock | null = null
  try {
    lock = lockFile(path.join(folder, 'lock'))
    if (lock === null) return
    for (const file of segmentsOf(folder))
      renameSync(path.join(folder, file), path.join(ours, file))
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // Another process was faster, or the folder is another user's: what is in it stays for whoever may have it.
  } finally {
    lock?.release()
  }
}

const linesThatFit = (records: EncodedRecord[], room: number): string[] => {
  const lines: string[] = []
  let left = room
  for (const record of records) {
    const line = toLine(record)
    left -= Buffer.byteLength(line)
    if (left < 0) break
    lines.push(line)
  }
  return lines
}

const writeSynced = async (file: string, text: string): Promise<void> => {
  await using handle = await open(file, 'wx', 0o600)
  await handle.writeFile(text)
  await handle.sync()
}

/** A new file survives a power cut only when its folder is synced as well. */
const syncFolder = async (folder: string): Promise<void> => {
  await using handle = await open(folder, 'r')
  await handle.sync()
}
