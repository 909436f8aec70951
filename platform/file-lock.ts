import { DatabaseSync } from 'node:sqlite'

/** Held until `release()` or the end of the process, however it ends. */
export type FileLock = { release(): void }

/** Locks that are held: the garbage collector would close, and so release, one that nobody refers to. */
const held = new Set<DatabaseSync>()

/** Milliseconds: of two that ask at the same moment, this lets one win instead of both give up. */
const PATIENCE = 50

/** SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy */
const BUSY = 5

/**
 * Takes the exclusive lock on `path` (made when absent), or returns null while somebody else holds it.
 * Node has no flock; SQLite, which it carries, locks by the operating system on every platform, so that a
 * killed process leaves no lock behind, and no pid has to be looked up. The file itself stays empty.
 * Throws when the file cannot be opened.
 */
export const lockFile = (path: string): FileLock | null => {
  const database = new DatabaseSync(path, { timeout: PATIENCE })
  try {
    database.exec('pragma journal_mode = memory; begin exclusive')
  } catch (thrown) {
    database.close()
    if (thrown instanceof Error && 'errcode' in thrown && thrown.errcode === BUSY) return null
    throw thrown
  }
  held.add(database)
  return {
    release: () => {
      if (held.delete(database)) database.close()
    },
  }
}
