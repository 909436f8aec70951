import { getObject, kubectl } from './kubectl.ts'

/** The database's pod. */
export const POD = 'postgres-0'

/** Which of the database's users asks; the names are keys of the Secret `inlet-database`. */
export type DatabaseUser = 'OWNER_URL' | 'FUNCTION_URL' | 'GATEWAY_URL'

/** The address of the database with the password of this user, from inside its own pod. */
export const addressOf = async (user: DatabaseUser): Promise<string> => {
  const secret = (await getObject('secret', 'inlet-database')) as unknown as {
    data: Record<string, string>
  }
  const address = Buffer.from(secret.data[user]!, 'base64').toString('utf8')
  return address.replace(/@[^/]+\//, '@127.0.0.1:5432/')
}

/**
 * Runs SQL inside the database's pod as one of its users, over TCP with that user's password.
 * Resolves with a list of rows, each a list of texts; throws with what Postgres said.
 */
export const sql = async (
  statement: string,
  user: DatabaseUser = 'OWNER_URL',
): Promise<string[][]> => {
  const psql = ['psql', await addressOf(user), '--no-psqlrc', '--tuples-only', '--no-align']
  const reading = ['--field-separator=\t', '--set=ON_ERROR_STOP=1', '--command', statement]
  const said = await kubectl('exec', POD, '--', ...psql, ...reading)
  return said
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Those of `ids` that have no row in the log of predictions. */
export const missingRows = async (ids: readonly string[]): Promise<string[]> => {
  const wrong = ids.find((id) => !UUID.test(id))
  if (wrong !== undefined) throw new Error(`not an id of a prediction: ${JSON.stringify(wrong)}`)
  const missing: string[] = []
  // An argument of a program holds 128 KiB; 2,000 ids are 78 KB.
  for (let first = 0; first < ids.length; first += 2_000) {
    const some = ids.slice(first, first + 2_000)
    const list = `'{${some.join(',')}}'::uuid[]`
    const rows = await sql(
      `select wanted.id from unnest(${list}) as wanted(id)
        where not exists (select from predictions where predictions.id = wanted.id)`,
    )
    missing.push(...rows.map(([id]) => id!))
  }
  return missing
}
