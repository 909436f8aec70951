import { drawing, element } from '../dom.js'
import { DARKEST, rasterize, SIDE } from './digit-image.js'
import { createStrokes } from './strokes.js'

/** @param {HTMLElement} cell @param {number} ink */
export const paint = (cell, ink) => cell.style.setProperty('--amount', String(ink / DARKEST))

/**
 * A sheet of 8 by 8 cells to draw on: with a pointer, or with arrow keys and the space bar.
 * @param {{ onDrawn: () => void }} events
 */
export const createDigitGrid = ({ onDrawn }) => {
  const strokes = createStrokes()
  const cells = Array.from({ length: SIDE * SIDE }, (_, index) =>
    element('div', { role: 'gridcell', class: 'cell', tabindex: index === 0 ? 0 : -1 }),
  )
  const rows = Array.from({ length: SIDE }, (_, row) =>
    element('div', { role: 'row', class: 'row' }, ...cells.slice(row * SIDE, (row + 1) * SIDE)),
  )
  const lines = drawing('svg', {
    class: 'pen',
    viewBox: `0 0 ${SIDE} ${SIDE}`,
    'aria-hidden': 'true',
  })
  const grid = element(
    'div',
    { role: 'grid', class: 'sheet', 'aria-label': 'Sheet to draw a digit on' },
    ...rows,
    lines,
  )

  const show = () => {
    for (const [index, ink] of rasterize(strokes.all()).flat().entries()) {
      const cell = /** @type {HTMLElement} */ (cells[index])
      const place = `Row ${Math.floor(index / SIDE) + 1}, column ${(index % SIDE) + 1}`
      paint(cell, ink)
      cell.setAttribute(
        'aria-label',
        `${place}: ${ink === 0 ? 'empty' : `ink ${ink} of ${DARKEST}`}`,
      )
    }
    const drawn = strokes.all().map((stroke) => {
      const points = stroke.map(({ x, y }) => `${x.toFixed(2)},${y.toFixed(2)}`)
      // A line needs two points to be drawn at all.
      return drawing('polyline', { points: [points[0], ...points].join(' ') })
    })
    lines.replaceChildren(...drawn)
  }
  show()

  /** @param {PointerEvent} event */
  const pointOf = ({ clientX, clientY }) => {
    const { left, top, width, height } = lines.getBoundingClientRect()
    return { x: ((clientX - left) / width) * SIDE, y: ((clientY - top) / height) * SIDE }
  }
  grid.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    event.preventDefault()
    grid.setPointerCapture(event.pointerId)
    strokes.begin(pointOf(event))
    show()
  })
  grid.addEventListener('pointermove', (event) => {
    if (!grid.hasPointerCapture(event.pointerId)) return
    const passed = event.getCoalescedEvents()
    for (const one of passed.length > 0 ? passed : [event]) strokes.goOn(pointOf(one))
    show()
  })
  grid.addEventListener('lostpointercapture', onDrawn)

  /** @param {number} from @param {number} to */
  const move = (from, to) => {
    cells[from]?.setAttribute('tabindex', '-1')
    cells[to]?.setAttribute('tabindex', '0')
    cells[to]?.focus()
  }
  grid.addEventListener('keydown', (event) => {
    const index = cells.indexOf(/** @type {HTMLDivElement} */ (event.target))
    const row = Math.floor(index / SIDE)
    const column = index % SIDE
    const target = /** @type {Record<string, [number, number]>} */ ({
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [row, 0],
      End: [row, SIDE - 1],
    })[event.key]
    if (event.key === ' ' || event.key === 'Enter') {
      strokes.toggle(row, column)
      show()
      onDrawn()
    } else if (target === undefined) return
    else if (target.every((place) => place >= 0 && place < SIDE)) {
      move(index, target[0] * SIDE + target[1])
    }
    event.preventDefault()
  })

  return {
    element: grid,
    strokes: strokes.all,
    clear: () => {
      strokes.clear()
      show()
    },
  }
}
