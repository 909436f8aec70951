import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { knFlags } from './kn.ts'
import type { TrafficTarget } from './kubernetes-objects.ts'
import {
  change,
  isSameTraffic,
  moveTags,
  parseShares,
  promote,
  rollback,
  split,
  tagsOf,
  type TrafficState,
} from './traffic.ts'

const TAGS = ['v1-0-0', 'v1-10-0', 'v2-0-0', 'v10-0-0']

/** Percentages that sum to 100. */
const percents = (count: number) =>
  fc
    .array(fc.integer({ min: 0, max: 100 }), { minLength: count - 1, maxLength: count - 1 })
    .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), 100])
    .map((cuts) => cuts.slice(1).map((cut, index) => cut - cuts[index]!))

const traffics = fc
  .uniqueArray(fc.constantFrom(...TAGS), { minLength: 1 })
  .chain((tags) =>
    fc.tuple(
      fc.constant(tags),
      percents(tags.length),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: tags.length, maxLength: tags.length }),
    ),
  )
  .map(([tags, shares, deploys]): TrafficTarget[] =>
    tags.map((tag, index) => ({
      tag,
      // Each version has Revisions of its own.
      revisionName: `model-${tag}-${deploys[index]}`,
      latestRevision: false,
      percent: shares[index]!,
    })),
  )
const states = traffics.map((traffic): TrafficState => ({ traffic, previous: null }))

const sharesFor = (traffic: readonly TrafficTarget[]) => {
  const tags = tagsOf(traffic)
  return percents(tags.length).map((shares) => tags.map((tag, at) => `${tag}=${shares[at]}`))
}
const statesWithShares = states.chain((state) =>
  sharesFor(state.traffic).map((shares) => ({ state, shares })),
)

const sum = (traffic: readonly TrafficTarget[]): number =>
  traffic.reduce((total, { percent = 0 }) => total + percent, 0)
const percentOf = (traffic: readonly TrafficTarget[], tag: string): number | undefined =>
  traffic.find((one) => one.tag === tag)?.percent

describe('shares', () => {
  test('what is written is read, whatever its order and spelling', () => {
    fc.assert(
      fc.property(statesWithShares, ({ state, shares }) => {
        const tags = tagsOf(state.traffic)
        const parsed = parseShares(shares.toReversed().join(' , '), tags)
        expect([...parsed].map(([tag, percent]) => `${tag}=${percent}`).toReversed()).toEqual(
          shares,
        )
      }),
    )
    expect(parseShares('1.0.0=90%,v2-0-0=10', TAGS)).toEqual(
      new Map([
        ['v1-0-0', 90],
        ['v2-0-0', 10],
      ]),
    )
  })

  test.each([
    ['v1-0-0=90,v2-0-0=11', /must sum to 100, these sum to 101/],
    ['v1-0-0=0', /must sum to 100, these sum to 0/],
    ['v3-0-0=100', /no tag v3-0-0; tags: v1-0-0, v1-10-0/],
    ['v1-0-0=50,1.0.0=50', /v1-0-0 is named twice/],
    ['v1-0-0=ninety', /"v1-0-0=ninety" is not a share: write TAG=PERCENT/],
    ['v1-0-0=1e2', /is not a share/],
    ['v1-0-0=-1,v2-0-0=101', /is not a share/],
    ['v1-0-0=99.5,v2-0-0=0.5', /is not a share/],
    ['', /"" is not a share/],
    ['v1-0-0=100,', /"" is not a share/],
  ])('%s is refused with what is wrong', (text, message) => {
    expect(() => parseShares(text, TAGS)).toThrow(message)
  })

  test('junk never gives shares that do not sum to 100', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let parsed: ReturnType<typeof parseShares> | null = null
        try {
          parsed = parseShares(text, TAGS)
        } catch (thrown) {
          expect((thrown as Error).message).not.toBe('')
        }
        if (parsed !== null) expect([...parsed.values()].reduce((a, b) => a + b)).toBe(100)
      }),
    )
  })
})

describe('changes', () => {
  test('a split gives each tag its share, and no Revision is lost', () => {
    fc.assert(
      fc.property(statesWithShares, ({ state, shares }) => {
        const { traffic } = split(state, parseShares(shares.join(','), TAGS))
        expect(sum(traffic)).toBe(100)
        expect(
          traffic.map(({ tag, revisionName, percent }) => [`${tag}=${percent}`, revisionName]),
        ).toEqual(state.traffic.map(({ revisionName }, at) => [shares[at], revisionName]))
      }),
    )
  })

  test('rolling back twice is the identity, and once brings back what was', () => {
    fc.assert(
      fc.property(states, traffics, ({ traffic }, to) => {
        const changed = change({ traffic, previous: null }, to)
        fc.pre(changed.previous !== null)
        const back = rollback(changed)
        expect(isSameTraffic(back.traffic, traffic)).toBe(true)
        const again = rollback(back)
        expect(isSameTraffic(again.traffic, changed.traffic)).toBe(true)
        expect(isSameTraffic(again.previous!, changed.previous)).toBe(true)
      }),
    )
  })

  test('a change to what is already there keeps the way back', () => {
    fc.assert(
      fc.property(states, traffics, (state, to) => {
        const changed = change(state, to)
        expect(change(changed, to)).toBe(changed)
      }),
    )
  })

  test('there is no way back before the first change', () => {
    expect(() => rollback({ traffic: [], previous: null })).toThrow(/nothing to go back to/)
  })

  test('promote gives all to the newest version that has a share, by number and not by letter', () => {
    const traffic = TAGS.map((tag, at) => ({
      tag,
      revisionName: tag,
      percent: [40, 30, 30, 0][at]!,
    }))
    const state = { traffic, previous: null }
    expect(percentOf(promote(state, null).traffic, 'v2-0-0')).toBe(100)
    expect(percentOf(promote(state, '10.0.0').traffic, 'v10-0-0')).toBe(100)
    expect(percentOf(promote(state, 'v1-10-0').traffic, 'v1-10-0')).toBe(100)
    expect(() => promote(state, '9.0.0')).toThrow(/no tag v9-0-0/)
    expect(() => promote({ traffic: [], previous: null }, null)).toThrow(/make deploy sets them/)
  })
})

describe('a deploy', () => {
  const revisions = new Map([
    ['1.0.0', 'model-00003'],
    ['2.0.0', 'model-00004'],
  ])

  test('the first gives all to the default version and leaves nothing to go back to', () => {
    const first = { traffic: [{ latestRevision: true, percent: 100 }], previous: null }
    expect(moveTags(first, revisions, '1.0.0')).toEqual({
      traffic: [
        { tag: 'v1-0-0', revisionName: 'model-00003', latestRevision: false, percent: 100 },
        { tag: 'v2-0-0', revisionName: 'model-00004', latestRevision: false, percent: 0 },
      ],
      previous: null,
    })
  })

  test('the next ones move tags and keep shares, a new version begins without one', () => {
    fc.assert(
      fc.property(states, (state) => {
        const next = moveTags(state, revisions, '2.0.0')
        expect(sum(next.traffic)).toBe(100)
        for (const [version, tag] of [
          ['1.0.0', 'v1-0-0'],
          ['2.0.0', 'v2-0-0'],
        ] as const) {
          expect(percentOf(next.traffic, tag)).toBe(percentOf(state.traffic, tag) ?? 0)
          const moved = next.traffic.find((one) => one.tag === tag)
          expect(moved?.revisionName).toBe(revisions.get(version))
        }
        expect(moveTags(next, revisions, '2.0.0')).toBe(next)
      }),
    )
  })

  test('a version that the card no longer has keeps its share, or goes', () => {
    const traffic = [
      { tag: 'v0-1-0', revisionName: 'model-00001', percent: 0 },
      { tag: 'v0-2-0', revisionName: 'model-00002', percent: 5 },
      { tag: 'mine', revisionName: 'model-00002', percent: 0 },
      { tag: 'v1-0-0', revisionName: 'model-00003', percent: 95 },
    ]
    const { traffic: next } = moveTags({ traffic, previous: null }, revisions, '1.0.0')
    expect(tagsOf(next)).toEqual(['v0-2-0', 'mine', 'v1-0-0', 'v2-0-0'])
    expect(sum(next)).toBe(100)
  })
})

describe('the flags for kn', () => {
  const traffic = [
    { tag: 'v1-0-0', revisionName: 'model-00001', percent: 100 },
    { tag: 'v2-0-0', revisionName: 'model-00002', percent: 0 },
  ]
  test('of a split are the ones that a person would write', () => {
    const { traffic: to } = split(
      { traffic, previous: null },
      parseShares('v1-0-0=90,v2-0-0=10', TAGS),
    )
    expect(knFlags(traffic, to)).toEqual(['--traffic', 'v1-0-0=90,v2-0-0=10'])
  })

  test('of a tag that moves take it away first', () => {
    const to = [{ ...traffic[0]!, revisionName: 'model-00003' }, traffic[1]!]
    expect(knFlags(traffic, to)).toEqual([
      '--untag',
      'v1-0-0',
      '--tag',
      'model-00003=v1-0-0',
      '--traffic',
      'v1-0-0=100',
    ])
  })

  test('name what has no tag by its Revision, or as the latest', () => {
    const to = [
      { revisionName: 'model-00001', percent: 40 },
      { latestRevision: true, percent: 60 },
    ]
    expect(knFlags([], to)).toEqual(['--traffic', 'model-00001=40,@latest=60'])
  })
})
