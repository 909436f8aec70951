import { createBars } from '../bars.js'
import { element } from '../dom.js'
import { createDigitGrid, paint } from './digit-grid.js'
import { fit, rasterize, SIDE } from './digit-image.js'

/** A small picture of what is sent. */
const createPreview = () => {
  const cells = Array.from({ length: SIDE * SIDE }, () => element('span', { class: 'cell' }))
  const picture = element('div', { class: 'preview', 'aria-hidden': 'true' }, ...cells)
  return {
    element: picture,
    /** @param {number[][]} image */
    show: (image) => {
      for (const [index, ink] of image.flat().entries()) {
        paint(/** @type {HTMLElement} */ (cells[index]), ink)
      }
    },
  }
}

/** @param {any} result */
const describe = (result) => String(result?.digit)

/** @type {import('./form.js').FormKind} */
export const digits = {
  hint: 'Draw one digit, as large or small as you like: the answer follows every stroke.',
  button: null,
  createForm: (_, { ask, clear }) => {
    const preview = createPreview()
    const image = () => {
      const strokes = grid.strokes()
      return rasterize(strokes.length === 0 ? [] : fit(strokes))
    }
    const drawn = () => {
      preview.show(image())
      if (grid.strokes().length > 0) ask()
      else clear()
    }
    const grid = createDigitGrid({ onDrawn: drawn })
    const wipe = element('button', { type: 'button', class: 'quiet' }, 'Clear')
    wipe.addEventListener('click', () => {
      grid.clear()
      drawn()
    })
    const aside = element(
      'div',
      { class: 'sheet-aside' },
      element('figure', {}, preview.element, element('figcaption', {}, 'What the model sees')),
      element('p', { class: 'fine' }, 'Mouse, pen, finger, or keyboard: arrows move, space inks.'),
      wipe,
    )
    const whole = element('div', { class: 'digits' }, grid.element, aside)
    return { element: whole, read: () => ({ image: image() }) }
  },
  createDetail: () => {
    const bars = createBars('narrow')
    return {
      element: bars.element,
      show: ({ result }) =>
        bars.show(
          result.probabilities.map((/** @type {number} */ share, /** @type {number} */ digit) => ({
            name: String(digit),
            share,
          })),
        ),
    }
  },
  headline: describe,
  describe,
}
