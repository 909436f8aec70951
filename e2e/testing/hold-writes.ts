import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { NAMESPACE } from './kubectl.ts'
import { addressOf, POD } from './postgres.ts'
import { CLUSTER_NAME } from './target.ts'

/**
 * Lets no row be written to the log of predictions until it is released: a transaction holds a lock
 * that conflicts with inserts and not with reads. Throws when the lock is not to be had.
 */
export const holdWrites = async (): Promise<{ release: () => Promise<void> }> => {
  const psql = ['psql', await addressOf('OWNER_URL'), '--no-psqlrc', '--set=ON_ERROR_STOP=1']
  const where = ['--context', `kind-${CLUSTER_NAME}`, '--namespace', NAMESPACE]
  const child = spawn('kubectl', [...where, 'exec', '--stdin', POD, '--', ...psql])
  const ended = once(child, 'exit')
  let said = ''
  const locked = new Promise<void>((resolve) => {
    const read = (chunk: Buffer): void => {
      said += chunk.toString()
      if (said.includes('LOCK TABLE')) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
  })
  child.stdin.write("set lock_timeout = '10s'; begin; lock table predictions in share mode;\n")
  await Promise.race([
    locked,
    ended.then(() => {
      throw new Error(`the log of predictions could not be locked: ${said}`)
    }),
  ])
  return {
    release: async () => {
      child.stdin.end('commit;\n')
      await ended
    },
  }
}
