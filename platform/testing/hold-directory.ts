import { lockDirectory } from '../directory-lock.ts'

// Locks the folder named by the first parameter, says how that went, and stays until it is killed.
const [, , directory = '', address = ''] = process.argv
try {
  lockDirectory(directory, address)
  console.log('locked')
} catch (thrown) {
  console.log(`refused: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
}
setInterval(() => {}, 60_000)
