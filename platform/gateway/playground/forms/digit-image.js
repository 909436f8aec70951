/**
 * From pen strokes to the model's image, as scikit-learn's digits were made: the digit fills the
 * height of a 32 by 32 bitmap, and each of the 8 by 8 numbers counts the ink in a block of 4 by 4.
 */

/** @typedef {{ x: number, y: number }} Point  In cells from the top left: 0 to 8. */
/** @typedef {Point[]} Stroke  A point alone is a dot. */

export const SIDE = 8
/** Ink at most: every sample of a cell. */
export const DARKEST = 16
const SAMPLES = 4
const PLACES = Array.from({ length: SIDE }, (_, place) => place)
/** Half the pen's width in cells; with it the mean ink of a drawing is that of the dataset. */
export const PEN = 0.65
/** Columns that a digit of the dataset takes at most; wider ones were squeezed. */
const WIDEST = 6

/** @param {Point} point @param {Point} from @param {Point} to */
const distanceToSegment = (point, from, to) => {
  const x = to.x - from.x
  const y = to.y - from.y
  const length = x * x + y * y
  const along = length === 0 ? 0 : ((point.x - from.x) * x + (point.y - from.y) * y) / length
  const nearest = Math.min(1, Math.max(0, along))
  return Math.hypot(point.x - from.x - nearest * x, point.y - from.y - nearest * y)
}

/** @param {Point} point @param {readonly Stroke[]} strokes */
const isInked = (point, strokes) =>
  strokes.some((stroke) =>
    stroke.some((to, index) => distanceToSegment(point, stroke[index - 1] ?? to, to) <= PEN),
  )

/**
 * The ink in each cell, where it was drawn.
 * @param {readonly Stroke[]} strokes
 * @returns {number[][]} rows from top to bottom, 0 to 16
 */
export const rasterize = (strokes) =>
  PLACES.map((row) =>
    PLACES.map((column) => {
      let ink = 0
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
        const x = column + ((sample % SAMPLES) + 0.5) / SAMPLES
        const y = row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES
        if (isInked({ x, y }, strokes)) ink += 1
      }
      return ink
    }),
  )

/**
 * The same drawing as tall as the image, not wider than the dataset's digits, and centred.
 * @param {readonly Stroke[]} strokes
 * @returns {Stroke[]}
 */
export const fit = (strokes) => {
  const points = strokes.flat()
  const [left, right] = extent(points.map(({ x }) => x))
  const [top, bottom] = extent(points.map(({ y }) => y))
  const largest = Math.max((bottom - top) / (SIDE - 2 * PEN), (right - left) / (SIDE - 2 * PEN))
  const down = largest === 0 ? 1 : 1 / largest
  const across = Math.min(down, (WIDEST - 2 * PEN) / Math.max(right - left, Number.EPSILON))
  return strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({
      x: SIDE / 2 + (x - (left + right) / 2) * across,
      y: SIDE / 2 + (y - (top + bottom) / 2) * down,
    })),
  )
}

/** @param {number[]} values @returns {[number, number]} */
const extent = (values) => [Math.min(...values), Math.max(...values)]
