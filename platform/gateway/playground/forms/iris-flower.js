import { drawing } from '../dom.js'

/** Degrees from upright: three sepals hang, three petals stand between them. */
const SEPALS = [60, 180, 300]
const PETALS = [0, 120, 240]

/** A flower of the measured size, seen from above; one unit of the drawing is a centimetre. */
export const createFlower = () => {
  /** @param {number} turn @param {string} part */
  const leaf = (turn, part) => drawing('ellipse', { class: part, transform: `rotate(${turn})` })
  const sepals = SEPALS.map((turn) => leaf(turn, 'sepal'))
  const petals = PETALS.map((turn) => leaf(turn, 'petal'))
  const svg = drawing(
    'svg',
    { class: 'flower', viewBox: '-7.8 -7.2 15.6 15.4', 'aria-hidden': 'true' },
    ...sepals,
    ...petals,
    drawing('circle', { class: 'heart', r: 0.45 }),
  )

  /** @param {SVGElement[]} leaves @param {number} length @param {number} width */
  const size = (leaves, length, width) => {
    for (const one of leaves) {
      one.setAttribute('cy', String(-length / 2))
      one.setAttribute('ry', String(length / 2))
      one.setAttribute('rx', String(width / 2))
    }
  }
  return {
    element: svg,
    /** @param {number[]} values sepal length and width, petal length and width, in centimetres */
    show: ([sepalLength = 0, sepalWidth = 0, petalLength = 0, petalWidth = 0]) => {
      size(sepals, sepalLength, sepalWidth)
      size(petals, petalLength, petalWidth)
    },
  }
}
