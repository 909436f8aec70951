import { SIDE } from './digit-image.js'

/**
 * @typedef {import('./digit-image.js').Point} Point
 * @typedef {import('./digit-image.js').Stroke} Stroke
 */

/** Points of a stroke lie this close, in cells, so that every cell it crosses holds one. */
const STEP = 0.25
/** Cells that touch, also by a corner, are drawn as one line. */
const TOUCHING = 1.5

/** @param {Point} point @param {number} row @param {number} column */
const isIn = ({ x, y }, row, column) => Math.floor(y) === row && Math.floor(x) === column

/** @param {Point} from @param {Point} to */
const between = (from, to) => {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / STEP))
  return Array.from({ length: steps }, (_, index) => ({
    x: from.x + ((to.x - from.x) * (index + 1)) / steps,
    y: from.y + ((to.y - from.y) * (index + 1)) / steps,
  }))
}

/** What was drawn, by pen or by cells, as lines of points. */
export const createStrokes = () => {
  /** @type {Stroke[]} */
  let strokes = []
  /** The cell that was inked last, where a next one may join. @type {Point | null} */
  let lastCell = null

  /** @param {Point} point */
  const lengthen = (point) => {
    const stroke = strokes.at(-1)
    const last = stroke?.at(-1)
    if (stroke !== undefined && last !== undefined) stroke.push(...between(last, point))
  }
  /** @param {number} value */
  const inside = (value) => Math.min(SIDE - 0.01, Math.max(0, value))

  return {
    all: () => strokes,
    /** @param {Point} point */
    begin: ({ x, y }) => {
      lastCell = null
      strokes.push([{ x: inside(x), y: inside(y) }])
    },
    /** @param {Point} point */
    goOn: ({ x, y }) => lengthen({ x: inside(x), y: inside(y) }),
    clear: () => {
      lastCell = null
      strokes = []
    },
    /** Inks a cell, or takes its ink away. @param {number} row @param {number} column */
    toggle: (row, column) => {
      const isInked = strokes.some((stroke) => stroke.some((point) => isIn(point, row, column)))
      const centre = { x: column + 0.5, y: row + 0.5 }
      if (isInked) {
        strokes = strokes.flatMap((stroke) => split(stroke, row, column))
        lastCell = null
        return
      }
      const near =
        lastCell !== null && Math.hypot(lastCell.x - centre.x, lastCell.y - centre.y) < TOUCHING
      if (near) lengthen(centre)
      else strokes.push([centre])
      lastCell = centre
    },
  }
}

/**
 * What is left of a stroke without the points of a cell.
 * @param {Stroke} stroke @param {number} row @param {number} column
 */
const split = (stroke, row, column) => {
  /** @type {Stroke[]} */
  const left = [[]]
  for (const point of stroke) {
    if (isIn(point, row, column)) left.push([])
    else left.at(-1)?.push(point)
  }
  return left.filter((part) => part.length > 0)
}
