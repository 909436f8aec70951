import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'

const NAMES = [
  'OWNER_PASSWORD',
  'FUNCTION_PASSWORD',
  'GATEWAY_PASSWORD',
  'GATEWAY_TOKEN',
  'GRAFANA_PASSWORD',
]

/**
 * Writes the passwords into a file that only its owner reads, and leaves one that is there as it is: the database
 * keeps what it was made with. Answers whether it is new.
 */
export const createComposeSecrets = async (file: string): Promise<boolean> => {
  // Letters and digits only: they stand in URLs and in SQL.
  const lines = NAMES.map((name) => `${name}=${randomBytes(24).toString('hex')}\n`)
  try {
    await writeFile(file, lines.join(''), { mode: 0o600, flag: 'wx' })
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  }
}
