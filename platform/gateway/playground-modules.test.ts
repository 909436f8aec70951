import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fit, rasterize, type Stroke } from './playground/forms/digit-image.js'
import { findSentences } from './playground/forms/find-sentences.js'
import { createStrokes } from './playground/forms/strokes.js'
import { oneAtATime } from './playground/one-at-a-time.js'

const inkOf = (image: number[][]): number => image.flat().reduce((sum, ink) => sum + ink, 0)

describe('a drawn digit', () => {
  const SEVEN: Stroke[] = [
    [
      { x: 0, y: 0 },
      { x: 4, y: 0 },
      { x: 1.5, y: 6 },
    ],
  ]
  const place = fc.double({ min: 0, max: 1, noNaN: true })

  test('is sent alike whatever its size and place', () => {
    const expected = rasterize(fit(SEVEN))
    fc.assert(
      fc.property(place, place, place, (right, down, size) => {
        const scale = 0.3 + size
        const moved = SEVEN.map((stroke) =>
          stroke.map(({ x, y }) => ({ x: x * scale + right * 4, y: y * scale + down * 4 })),
        )
        const changes = rasterize(fit(moved)).flatMap((row, index) =>
          row.map((ink, column) => Math.abs(ink - expected[index]![column]!)),
        )
        // A sample on the very edge of the pen may fall to either side.
        expect(Math.max(...changes)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('fills the height of the image, has soft edges and stays within 0 to 16', () => {
    const image = rasterize(fit(SEVEN))
    expect(inkOf([image[0]!])).toBeGreaterThan(16)
    expect(inkOf([image[7]!])).toBeGreaterThan(4)
    const values = image.flat()
    expect(Math.min(...values)).toBe(0)
    expect(Math.max(...values)).toBe(16)
    expect(values.some((ink) => ink > 0 && ink < 16)).toBe(true)
  })

  test('may be a dot', () => {
    const image = rasterize(fit([[{ x: 0, y: 0 }]]))
    expect(inkOf(image)).toBeGreaterThan(0)
    expect(inkOf([image[0]!, image[7]!])).toBe(0)
  })
})

describe('cells inked from the keyboard', () => {
  test('that touch are one line, others are not', () => {
    const strokes = createStrokes()
    strokes.toggle(0, 3)
    strokes.toggle(1, 3)
    strokes.toggle(2, 4)
    strokes.toggle(6, 6)
    expect(strokes.all()).toHaveLength(2)
  })

  test('lose the ink of a pen as well', () => {
    const strokes = createStrokes()
    strokes.begin({ x: 0.5, y: 4.5 })
    strokes.goOn({ x: 7.5, y: 4.5 })
    strokes.toggle(4, 3)
    expect(strokes.all()).toHaveLength(2)
    expect(
      strokes
        .all()
        .flat()
        .some(({ x }) => x >= 3 && x < 4),
    ).toBe(false)
    strokes.toggle(4, 3)
    expect(strokes.all()).toHaveLength(3)
  })

  test('a pen outside the sheet draws along its edge', () => {
    const strokes = createStrokes()
    strokes.begin({ x: -3, y: 2 })
    strokes.goOn({ x: 20, y: 2 })
    const places = strokes
      .all()
      .flat()
      .map(({ x }) => x)
    expect(Math.min(...places)).toBe(0)
    expect(Math.max(...places)).toBeLessThan(8)
  })
})

describe('finding the chosen sentences', () => {
  test('white space may differ, and signs are not patterns', () => {
    const text = 'Is it (really)  so?\nYes. It costs $5.00 [net].'
    const chosen = [
      { text: 'Is it (really) so?', score: 0.5 },
      { text: 'It costs $5.00 [net].', score: 0.25 },
    ]
    expect(findSentences(text, chosen)).toEqual([
      { text: 'Is it (really)  so?', score: 0.5 },
      { text: '\nYes. ', score: null },
      { text: 'It costs $5.00 [net].', score: 0.25 },
    ])
  })

  test('the parts are always the whole text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.array(fc.nat(9)), (pieces, picks) => {
        const text = pieces.join(' ')
        const chosen = picks.map((pick) => ({ text: pieces[pick] ?? 'absent', score: 1 }))
        const parts = findSentences(text, chosen)
        expect(parts.map((part) => part.text).join('')).toBe(text)
      }),
    )
  })
})

describe('one at a time', () => {
  test('calls while it runs become one more run', async () => {
    const release: (() => void)[] = []
    const run = oneAtATime(() => new Promise((resolve) => release.push(resolve)))
    const first = run()
    await Promise.all([run(), run(), run()])
    expect(release).toHaveLength(1)
    release[0]!()
    await expect.poll(() => release.length).toBe(2)
    release[1]!()
    await first
    expect(release).toHaveLength(2)
  })

  test('a failure does not stop the next one', async () => {
    let runs = 0
    const run = oneAtATime(async () => {
      runs += 1
      if (runs === 1) throw new Error('once')
    })
    await expect(run()).rejects.toThrow('once')
    await run()
    expect(runs).toBe(2)
  })
})
