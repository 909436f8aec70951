import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RECORDER_EVENTS } from '#observability/labels.ts'
import { encodeRecord } from './encoded-record.ts'
import { openSpill, type Spill } from './spill.ts'
import { createRecorderWithFakes, recordNamed, soon } from './testing/fakes.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'inlet-outage-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const open = (bytes = 1024 * 1024) => openSpill({ directory, bytes })

/** A recorder whose queue takes two rows, unless more are asked for. */
const setUp = (spill: Spill = open(), capacity = 2) => {
  const fakes = createRecorderWithFakes({ capacity, spill })
  const { comeBack, advance, names, counts } = fakes
  /** The sink is back, time passes, and this many rows are written. */
  const recovered = async (rows: number) => {
    comeBack()
    await soon(() => {
      advance(5_000)
      expect(names()).toHaveLength(rows)
    })
  }
  const spilled = (rows: number) => soon(() => expect(counts['spilled']).toBe(rows))
  return { ...fakes, recovered, spilled }
}

const leaveBehind = async (...names: string[]): Promise<void> => {
  const spill = open()
  await spill.append(names.map((name) => encodeRecord(recordNamed(name))))
  spill.close()
}

const segmentIn = (folder: string): string => {
  const names = readdirSync(path.join(directory, folder))
  return path.join(directory, folder, names.find((name) => name.endsWith('.jsonl')) ?? '')
}

describe('the recorder, while the sink is away,', () => {
  it('puts a full queue on the disk and writes it later, without losing a row', async () => {
    const { goAway, counts, recorder, record, recovered, spilled, names } = setUp()
    goAway()
    record('in-flight', 'a', 'b', 'c')
    await spilled(2)
    record('d', 'e')
    await spilled(4)
    await recovered(6)
    expect(new Set(names())).toEqual(new Set(['in-flight', 'a', 'b', 'c', 'd', 'e']))
    expect(counts).toMatchObject({ queued: 6, written: 6, spilled: 4 })
    expect(counts).not.toHaveProperty('dropped')
    await recorder.close()
    expect(readdirSync(directory)).toEqual([])
  })

  it('counts each event that METRICS.md tells, and no other', async () => {
    const { goAway, refusedNames, counts, recorder, record, recovered, spilled, settled } = setUp()
    const twice = recordNamed('twice')
    refusedNames.add('bad')
    goAway()
    recorder.record(twice)
    record('a', 'b', 'c')
    await spilled(2)
    await recovered(4)
    await settled()
    recorder.record(twice)
    record('bad')
    await settled()
    await recorder.close()
    record('late')
    expect(new Set(Object.keys(counts))).toEqual(new Set(RECORDER_EVENTS))
  })

  it('answers whoever waits for a row as soon as it goes to the disk', async () => {
    const { goAway, recorder, record } = setUp()
    goAway()
    record('in-flight')
    const waiting = recorder.recordAndWait(recordNamed('a'), 60_000)
    record('b', 'c')
    expect(await waiting).toBe(false)
  })

  it('drops and counts rows only when memory and disk are full', async () => {
    const { goAway, counts, record, recovered, spilled } = setUp(open(1_000))
    goAway()
    record('in-flight', 'a', 'b', 'c')
    await spilled(2)
    record('d', 'e')
    await soon(() => {
      record('f')
      expect(counts['dropped']).toBeGreaterThan(0)
    })
    const { queued = 0 } = counts
    await recovered(queued)
    expect(counts['written']).toBe(queued)
  })

  it('keeps its rows in memory when the disk fails, and says so', async () => {
    const { goAway, counts, failures, record, recovered, names } = setUp()
    goAway()
    for (const folder of readdirSync(directory))
      rmSync(path.join(directory, folder), { recursive: true })
    record('in-flight', 'a', 'b', 'c')
    await soon(() => expect(failures).toContainEqual({ during: 'spill', code: 'ENOENT', rows: 2 }))
    record('d')
    expect(counts).toMatchObject({ queued: 4, dropped: 1 })
    await recovered(4)
    expect(names()).toEqual(['in-flight', 'a', 'b', 'c'])
  })

  it('leaves on the disk what it cannot write before it ends, for the next process', async () => {
    const first = setUp()
    first.goAway()
    first.record('in-flight', 'a', 'b')
    await first.recorder.close()
    expect(first.counts).toMatchObject({ queued: 3, spilled: 3 })
    expect(first.counts).not.toHaveProperty('dropped')
    const next = setUp()
    await next.recovered(3)
    expect(next.names()).toEqual(['in-flight', 'a', 'b'])
    expect(next.counts).toEqual({ written: 3 })
  })
})

describe('the recorder, with rows of an earlier process on the disk,', () => {
  it('writes them without being asked', async () => {
    await leaveBehind('a', 'b')
    await leaveBehind('c')
    const { recovered, names } = setUp()
    await recovered(3)
    expect(names()).toEqual(['a', 'b', 'c'])
  })

  it('counts those that were committed before the end of that process as written', async () => {
    const first = setUp()
    first.hold()
    first.record('a')
    await first.recorder.close()
    first.release()
    await soon(() => expect(first.names()).toEqual(['a']))
    const next = createRecorderWithFakes({ sink: first.sink, spill: open() })
    await soon(() => expect(next.counts).toEqual({ written: 1 }))
    expect(first.names()).toEqual(['a'])
  })

  it('counts lines that it cannot read as dropped', async () => {
    await leaveBehind('a')
    const [folder = ''] = readdirSync(directory)
    appendFileSync(segmentIn(folder), '{"record":{"id"')
    const { counts, recovered } = setUp()
    await recovered(1)
    expect(counts).toMatchObject({ written: 1, dropped: 1 })
  })

  it('goes on with the next file when one cannot be read, and says so', async () => {
    await leaveBehind('a')
    const [folder = ''] = readdirSync(directory)
    const unreadable = segmentIn(folder)
    await leaveBehind('b')
    const spill = open()
    const [ours = ''] = readdirSync(directory)
    rmSync(path.join(directory, ours, path.basename(unreadable)))
    const { failures, recovered, names } = setUp(spill)
    await recovered(1)
    expect(names()).toEqual(['b'])
    expect(failures).toEqual([{ during: 'spill', code: 'ENOENT', rows: 0 }])
  })

  it('writes new rows in turn with them', async () => {
    await leaveBehind(...Array.from({ length: 1_200 }, (_, index) => `old-${index}`))
    const { hold, release, batches, record, recovered } = setUp()
    hold()
    await soon(() => expect(batches).toHaveLength(1))
    record('new')
    release()
    await recovered(1_201)
    expect(batches.map((batch) => batch[0])).toEqual(['old-0', 'new', 'old-500', 'old-1000'])
  })

  it('writes them in a flush too, after what is in memory', async () => {
    await leaveBehind(...Array.from({ length: 700 }, (_, index) => `old-${index}`))
    const { hold, release, batches, names, recorder, record } = setUp(open(), 1_000)
    hold()
    await soon(() => expect(batches).toHaveLength(1))
    record(...Array.from({ length: 600 }, (_, index) => `new-${index}`))
    const flushing = recorder.flush(1_000)
    release()
    expect(await flushing).toEqual({ left: 0 })
    expect(batches.map((batch) => batch[0])).toEqual(['old-0', 'new-0', 'new-500', 'old-500'])
    expect(names()).toHaveLength(1_300)
    await recorder.close()
    expect(readdirSync(directory)).toEqual([])
  })

  it('writes them in a flush when nothing is in memory', async () => {
    await leaveBehind('a')
    const { hold, release, batches, names, recorder } = setUp()
    hold()
    await soon(() => expect(batches).toHaveLength(1))
    const flushing = recorder.flush(1_000).then(() => names())
    release()
    expect(await flushing).toEqual(['a'])
  })

  it('leaves them there when a flush has no more time', async () => {
    await leaveBehind('a')
    const { goAway, failures, advance, recorder } = setUp()
    goAway()
    await soon(() => expect(failures).not.toEqual([]))
    const flushing = recorder.flush(60_000)
    advance(60_000)
    expect(await flushing).toEqual({ left: 0 })
    await recorder.close()
    expect(readdirSync(directory)).toHaveLength(1)
  })
})
