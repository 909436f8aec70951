import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { openDatabase } from './client.ts'
import { describeDatabase } from './contract.ts'

const directory = mkdtempSync(path.join(tmpdir(), 'inlet-pglite-'))

afterAll(() => rmSync(directory, { recursive: true, force: true }))

describeDatabase('PGlite', () =>
  openDatabase({ url: '', directory, poolSize: 1, migrate: 'start', address: 'http://localhost' }),
)
