import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeRecord } from './encoded-record.ts'
import { openSpill, type Spill } from './spill.ts'
import { recordNamed } from './testing/fakes.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'inlet-spill-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const PLENTY = 1024 * 1024
const open = (bytes = PLENTY) => openSpill({ directory, bytes })
const encoded = (...names: string[]) => names.map((name) => encodeRecord(recordNamed(name)))

const segmentFiles = (): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()
    .map((name) => path.join(directory, name))

/** Names of the records that are left, file by file. */
const drain = async (spill: Spill): Promise<(string | null)[][]> => {
  const files: (string | null)[][] = []
  for (let segment = await spill.next(); segment !== null; segment = await spill.next()) {
    files.push(segment.records.map(({ requestId }) => requestId))
    await segment.remove()
  }
  return files
}

describe('a spill', () => {
  it('gives records back as they were, in order, and leaves nothing behind', async () => {
    const spill = open()
    const records = [
      recordNamed('quotes "\\\n\u2028', { input: { text: 'naïve 👩‍🚀' } }),
      recordNamed('refused by jsonb', { input: { text: '\u0000\ud800' } }),
      recordNamed('empty', { input: null, output: null, confidence: null, errorCode: 'x' }),
    ].map(encodeRecord)
    expect(await spill.append(records)).toBe(3)
    expect(await spill.append(encoded('later'))).toBe(1)
    const first = await spill.next()
    expect(first?.records).toEqual(records)
    await first?.remove()
    expect(await drain(spill)).toEqual([['later']])
    expect(spill.isEmpty).toBe(true)
    spill.close()
    expect(readdirSync(directory)).toEqual([])
  })

  it('takes as many records as its bytes allow, and more when some are gone', async () => {
    const lineBytes = Buffer.byteLength(JSON.stringify(recordNamed('a'))) + 50
    const spill = open(3 * lineBytes)
    expect(await spill.append(encoded('a', 'b', 'c', 'd', 'e'))).toBe(3)
    expect(await spill.append(encoded('d'))).toBe(0)
    expect(await drain(spill)).toEqual([['a', 'b', 'c']])
    expect(await spill.append(encoded('d', 'e'))).toBe(2)
  })

  it('can be read by its owner only', async () => {
    const spill = open()
    await spill.append(encoded('a'))
    const [file = ''] = segmentFiles()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
  })

  it('skips and counts a torn last line and lines that are not records', async () => {
    const before = open()
    await before.append(encoded('a', 'b'))
    before.close()
    const [file = ''] = segmentFiles()
    appendFileSync(file, '{}\nnull\n{"record":{"id":"0198')
    const segment = await open().next()
    expect(segment?.records.map(({ requestId }) => requestId)).toEqual(['a', 'b'])
    expect(segment?.unreadable).toBe(3)
  })

  it('takes over, oldest first, what killed processes left, and nothing of a living one', async () => {
    const program = `
      import { openSpill } from ${JSON.stringify(path.join(import.meta.dirname, 'spill.ts'))}
      const [, directory, ...lines] = process.argv
      const spill = openSpill({ directory, bytes: 1e6 })
      for (const line of lines) {
        await spill.append([{ ...JSON.parse(line), createdAt: new Date() }])
      }
      console.log('written')
      setInterval(() => {}, 60_000)`
    const run = async (...names: string[]) => {
      const lines = encoded(...names).map((record) => JSON.stringify(record))
      const child = spawn(
        process.execPath,
        ['--input-type=module-typescript', '--eval', program, directory, ...lines],
        { stdio: ['ignore', 'pipe', 'inherit'], cwd: import.meta.dirname },
      )
      const kill = async () => {
        const closed = once(child, 'close')
        child.kill('SIGKILL')
        await closed
      }
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
      expect(line).toBe('written')
      return kill
    }
    const kills = [await run('a', 'b'), await run('c')]
    const killLiving = await run('not ours')
    await Promise.all(kills.map((kill) => kill()))
    const spill = open()
    const drained = await drain(spill)
    await killLiving()
    expect(drained).toEqual([['a'], ['b'], ['c']])
    spill.close()
    expect(await drain(open())).toEqual([['not ours']])
  })

  it('keeps nothing of a batch when the disk fails', async () => {
    const spill = open()
    await spill.append(encoded('a'))
    rmSync(path.dirname(segmentFiles()[0] ?? ''), { recursive: true })
    await expect(spill.append(encoded('b'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(spill.next()).rejects.toMatchObject({ code: 'ENOENT' })
    expect(spill.isEmpty).toBe(true)
  })

  it('cannot be opened where a file is in its way', () => {
    writeFileSync(path.join(directory, 'file'), '')
    expect(() => openSpill({ directory: path.join(directory, 'file'), bytes: 1 })).toThrow()
  })

  it('leaves alone what is not its own', () => {
    writeFileSync(path.join(directory, 'notes.txt'), '')
    open().close()
    expect(readdirSync(directory)).toEqual(['notes.txt'])
  })
})
