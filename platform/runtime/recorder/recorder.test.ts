import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeSink, createRecorderWithFakes, recordNamed, soon } from './testing/fakes.ts'

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `row-${index}`)

describe('the recorder', () => {
  it('writes at once when it is idle', async () => {
    const { batches, counts, record, settled } = createRecorderWithFakes()
    record('a')
    expect(batches).toEqual([['a']])
    await settled()
    record('b')
    await settled()
    expect(batches).toEqual([['a'], ['b']])
    expect(counts).toEqual({ queued: 2, written: 2 })
  })

  it('lets rows gather to batches of 500 while it is busy', async () => {
    const { batches, hold, release, record, settled, names } = createRecorderWithFakes()
    const all = numbered(1_200)
    hold()
    record(...all)
    release()
    await settled()
    expect(batches.map((batch) => batch.length)).toEqual([1, 500, 500, 199])
    expect(names()).toEqual(all)
  })

  it('lets rows that nobody waits for gather a while, and goes at once for those that somebody does', async () => {
    const { batches, advance, record, recorder, settled } = createRecorderWithFakes({ linger: 25 })
    record('a', 'b')
    expect(batches).toEqual([])
    advance(25)
    await settled()
    expect(batches).toEqual([['a', 'b']])
    record('c')
    expect(await recorder.recordAndWait(recordNamed('d'), 1_000)).toBe(true)
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    record('e')
    expect(await recorder.flush(1_000)).toEqual({ left: 0 })
    record(...numbered(501))
    await soon(() => expect(batches.map((batch) => batch.length)).toContain(500))
  })

  it('makes smaller batches of large rows', async () => {
    const { batches, hold, release, recorder, settled } = createRecorderWithFakes()
    const text = 'x'.repeat(1024 * 1024)
    hold()
    for (const name of numbered(9)) recorder.record(recordNamed(name, { input: text }))
    release()
    await settled()
    expect(batches.map((batch) => batch.length)).toEqual([1, 3, 3, 2])
  })

  it('tries a failed batch again after pauses that double, up to five seconds', async () => {
    const { goAway, comeBack, pending, advance, counts, failures, record, settled, names } =
      createRecorderWithFakes()
    goAway()
    record('a')
    const pauses: number[] = []
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await soon(() => expect(failures).toHaveLength(attempt))
      const [pause = 0] = await soon(() => {
        expect(pending()).toHaveLength(1)
        return pending()
      })
      pauses.push(pause)
      if (attempt === 8) comeBack()
      advance(pause)
    }
    await settled()
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1600, 2500, 2500])
    expect(names()).toEqual(['a'])
    expect(counts).toEqual({ queued: 1, retried: 8, written: 1 })
    expect(failures[0]).toEqual({ during: 'write', code: 'ECONNREFUSED', rows: 1 })
  })

  it('spreads its pauses by chance', async () => {
    const { goAway, pending, record } = createRecorderWithFakes({ random: () => 1 })
    goAway()
    record('a')
    await soon(() => expect(pending()).toEqual([100]))
  })

  it('gives up on a write that never answers, and tries again', async () => {
    const { hold, release, advance, failures, pending, record, settled, names } =
      createRecorderWithFakes()
    hold()
    record('a')
    advance(30_000)
    await soon(() => expect(failures).toMatchObject([{ code: 'timeout' }]))
    await soon(() => expect(pending()).toEqual([50]))
    release()
    advance(50)
    await settled()
    expect(names()).toEqual(['a'])
  })

  it('counts a row that was committed by an earlier, lost attempt as written', async () => {
    const { sink, ...fake } = createFakeSink()
    let attempts = 0
    const { advance, pending, counts, record, settled } = createRecorderWithFakes({
      sink: {
        write: async (records) => {
          const outcome = await sink.write(records)
          attempts += 1
          if (attempts === 1) throw new Error('connection lost after the commit')
          return outcome
        },
      },
    })
    record('a')
    await soon(() => expect(pending()).toEqual([50]))
    advance(50)
    await settled()
    expect(fake.names()).toEqual(['a'])
    expect(counts).toEqual({ queued: 1, retried: 1, written: 1 })
  })

  it('counts conflicts and refused rows, and writes their neighbours', async () => {
    const { refusedNames, hold, release, counts, failures, recorder, record, settled, names } =
      createRecorderWithFakes()
    const twice = recordNamed('twice')
    refusedNames.add('bad')
    recorder.record(twice)
    await settled()
    hold()
    record('first')
    recorder.record(twice)
    record('bad', 'last')
    release()
    await settled()
    expect(names()).toEqual(['twice', 'first', 'last'])
    expect(counts).toEqual({ queued: 5, written: 3, conflict: 1, refused: 1 })
    expect(failures).toEqual([{ during: 'write', code: '22P05', rows: 1 }])
  })

  it('drops and counts what cannot be encoded, without throwing', async () => {
    const { counts, failures, recorder } = createRecorderWithFakes()
    const cycle: Record<string, unknown> = {}
    cycle['itself'] = cycle
    recorder.record(recordNamed('cycle', { input: cycle }))
    recorder.record(recordNamed('bigint', { output: { big: 1n } }))
    recorder.record(recordNamed('date', { createdAt: new Date(Number.NaN) }))
    const waited = await recorder.recordAndWait(recordNamed('waited', { input: cycle }), 50)
    expect(waited).toBe(false)
    expect(counts).toEqual({ dropped: 4 })
    expect(failures).toContainEqual({ during: 'encode', code: 'not_json', rows: 1 })
  })

  it('drops and counts rows when the queue is full, by rows or by bytes', async () => {
    for (const bound of [{ capacity: 2 }, { capacityBytes: 800 }]) {
      const { hold, release, counts, recorder, record, settled, names } =
        createRecorderWithFakes(bound)
      hold()
      record('in-flight', 'a', 'b')
      expect(await recorder.recordAndWait(recordNamed('c'), 50)).toBe(false)
      release()
      await settled()
      expect(names()).toEqual(['in-flight', 'a', 'b'])
      expect(counts).toEqual({ queued: 3, written: 3, dropped: 1 })
    }
  })

  describe('that is asked to wait', () => {
    it('answers true when the row is committed', async () => {
      const { recorder, names, pending } = createRecorderWithFakes()
      expect(await recorder.recordAndWait(recordNamed('a'), 50)).toBe(true)
      expect(names()).toEqual(['a'])
      expect(pending()).toEqual([])
    })

    it('answers false after the time, and still writes the row', async () => {
      const { hold, release, advance, recorder, settled, names } = createRecorderWithFakes()
      hold()
      const waiting = recorder.recordAndWait(recordNamed('a'), 50)
      advance(50)
      expect(await waiting).toBe(false)
      release()
      await settled()
      expect(names()).toEqual(['a'])
    })

    it('answers false for a row that is refused, and for an id that was there', async () => {
      const { refusedNames, recorder } = createRecorderWithFakes()
      const twice = recordNamed('twice')
      refusedNames.add('bad')
      expect(await recorder.recordAndWait(twice, 50)).toBe(true)
      expect(await recorder.recordAndWait(twice, 50)).toBe(false)
      expect(await recorder.recordAndWait(recordNamed('bad'), 50)).toBe(false)
    })
  })

  describe('that is flushed and closed', () => {
    it('has nothing left when everything was written', async () => {
      const { hold, release, recorder, record, names } = createRecorderWithFakes()
      expect(await recorder.flush(1_000)).toEqual({ left: 0 })
      hold()
      record('a', 'b', 'c')
      const flushing = recorder.flush(1_000)
      release()
      expect(await flushing).toEqual({ left: 0 })
      expect(names()).toEqual(['a', 'b', 'c'])
    })

    it('tries again at once, without waiting for the end of a pause', async () => {
      const { goAway, comeBack, pending, recorder, record, names } = createRecorderWithFakes()
      goAway()
      record('a')
      await soon(() => expect(pending()).toEqual([50]))
      comeBack()
      expect(await recorder.flush(1_000)).toEqual({ left: 0 })
      expect(names()).toEqual(['a'])
    })

    it('tries again within a second for as long as it may', async () => {
      const { goAway, comeBack, pending, advance, recorder, record, names } =
        createRecorderWithFakes()
      goAway()
      record('a')
      const flushing = recorder.flush(60_000)
      for (const pause of [50, 100, 200, 400, 800, 1_000, 1_000]) {
        await soon(() => expect(pending()[0]).toBe(pause))
        advance(pause)
      }
      comeBack()
      await soon(() => {
        advance(1_000)
        expect(names()).toEqual(['a'])
      })
      expect(await flushing).toEqual({ left: 0 })
    })

    it('says how many rows are left when the time is over, and drops and counts them', async () => {
      const { hold, advance, counts, recorder, record } = createRecorderWithFakes()
      hold()
      record('a', 'b', 'c')
      const flushing = recorder.flush(1_000)
      advance(1_000)
      expect(await flushing).toEqual({ left: 3 })
      await recorder.close()
      await recorder.close()
      expect(counts).toEqual({ queued: 3, dropped: 3 })
    })

    it('takes nothing any more', async () => {
      const { counts, recorder, batches } = createRecorderWithFakes()
      await recorder.close()
      expect(await recorder.recordAndWait(recordNamed('late'), 50)).toBe(false)
      expect(counts).toEqual({ dropped: 1 })
      expect(batches).toEqual([])
    })
  })

  it('writes every row that it took exactly once, in order, however often the sink goes away', async () => {
    const step = fc.oneof(
      fc.record({ rows: fc.integer({ min: 1, max: 700 }) }),
      fc.record({ away: fc.boolean() }),
      fc.record({ pass: fc.integer({ min: 1, max: 6_000 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { goAway, comeBack, advance, counts, recorder, record, names } =
          createRecorderWithFakes()
        const taken: string[] = []
        for (const action of steps) {
          if ('rows' in action) {
            const more = numbered(action.rows).map((name) => `${taken.length}-${name}`)
            taken.push(...more)
            record(...more)
          } else if ('away' in action) {
            if (action.away) goAway()
            else comeBack()
          } else {
            advance(action.pass)
          }
          await new Promise(setImmediate)
        }
        comeBack()
        expect(await recorder.flush(1_000)).toEqual({ left: 0 })
        expect(names()).toEqual(taken)
        expect(counts['written'] ?? 0).toBe(taken.length)
      }),
      { numRuns: 50 },
    )
  })
})
