// Plain JavaScript for any Node: brings node_modules to what the lock file says, and does nothing when it is.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(
  import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  '../..',
)
const stamp = path.join(root, 'node_modules/.installed')
const lock = readFileSync(path.join(root, 'package-lock.json'))
const wanted = createHash('sha256').update(lock).update(process.platform).digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.log('Installing what package-lock.json lists …')
  try {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
  } catch {
    console.error('npm ci failed; its own message above says why. Is a package registry in reach?')
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
}
