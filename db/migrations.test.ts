import { readFileSync } from 'node:fs'
import path from 'node:path'
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api'
import { describe, expect, it } from 'vitest'
import { MIGRATIONS } from './migrate.ts'
import * as schema from './schema.ts'

const readJson = (...names: string[]) =>
  JSON.parse(readFileSync(path.join(MIGRATIONS, 'meta', ...names), 'utf8'))

describe('the migrations', () => {
  it('say all that the schema says, so that generating again would add nothing', async () => {
    const { entries } = readJson('_journal.json') as { entries: { tag: string }[] }
    const number = entries.at(-1)?.tag.split('_')[0]
    const latest = readJson(`${number}_snapshot.json`)
    const current = generateDrizzleJson(schema, latest.id)
    expect(await generateMigration(latest, current)).toEqual([])
  })
})
