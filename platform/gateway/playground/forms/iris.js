import { createBars } from '../bars.js'
import { element } from '../dom.js'
import { createFlower } from './iris-flower.js'

/** Centimetres: the ranges of the 150 flowers that the model learned from, rounded outwards. */
const MEASUREMENTS = [
  { name: 'Sepal length', least: 4, most: 8 },
  { name: 'Sepal width', least: 2, most: 4.5 },
  { name: 'Petal length', least: 1, most: 7 },
  { name: 'Petal width', least: 0.1, most: 2.5 },
]

/** @param {{ name: string, least: number, most: number }} measurement @param {number} value */
const createSlider = ({ name, least, most }, value) => {
  const id = `iris-${name.toLowerCase().replace(' ', '-')}`
  const shown = element('output', { for: id })
  const input = element('input', { id, type: 'range', min: least, max: most, step: 0.1, value })
  const show = () => {
    const text = Number(input.value).toFixed(1)
    shown.textContent = `${text} cm`
    input.setAttribute('aria-valuetext', `${text} centimetres`)
    input.style.setProperty('--share', String((Number(input.value) - least) / (most - least)))
  }
  input.addEventListener('input', show)
  show()
  const row = element('div', { class: 'slider' }, element('label', { for: id }, name), shown, input)
  return { row, input }
}

/** @param {any} result */
const describe = (result) => (result?.labels ?? []).join(', ')

/** @type {import('./form.js').FormKind} */
export const iris = {
  hint: 'Move a slider: the answer follows.',
  button: null,
  createForm: ({ example }, { ask }) => {
    const sliders = MEASUREMENTS.map((measurement, index) =>
      createSlider(measurement, example?.features?.[0]?.[index] ?? measurement.least),
    )
    const values = () => sliders.map(({ input }) => Number(input.value))
    const flower = createFlower()
    flower.show(values())
    const rows = element('div', { class: 'sliders' }, ...sliders.map(({ row }) => row))
    const whole = element('div', { class: 'iris' }, rows, flower.element)
    whole.addEventListener('input', () => {
      flower.show(values())
      ask()
    })
    return { element: whole, read: () => ({ features: [values()] }) }
  },
  createDetail: ({ versions }) => {
    const bars = createBars()
    return {
      element: bars.element,
      show: ({ result, version }) => {
        const labels = versions.find((one) => one.version === version)?.labels ?? []
        bars.show(
          result.probabilities[0].map(
            (/** @type {number} */ share, /** @type {number} */ index) => ({
              name: labels[index] ?? String(index),
              share,
            }),
          ),
        )
      },
    }
  },
  headline: describe,
  describe,
}
