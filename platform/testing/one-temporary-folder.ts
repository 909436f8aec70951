import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** For vitest: whatever the tests leave behind is in one folder, removed when they have ended. */
export default (): (() => void) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'inlet-tests-'))
  // PostgreSQL's programs run as another user when the tests run as root.
  chmodSync(folder, 0o755)
  process.env['TMPDIR'] = folder
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
