import { createBars } from '../bars.js'
import { createTextField } from './text-field.js'

/** @param {any} result */
const describe = (result) =>
  Array.isArray(result?.results)
    ? result.results.map((/** @type {any} */ one) => String(one?.label)).join(', ')
    : String(result?.label)

/** @type {import('./form.js').FormKind} */
export const sentiment = {
  hint: 'Write what somebody might say of a film, a room or a meal, and read how it sounds to the model.',
  button: 'Read the tone',
  createForm: ({ example }) => {
    const field = createTextField({
      name: 'text',
      label: 'A sentence or two, in English',
      rows: 5,
      value: example?.text ?? '',
    })
    return { element: field.element, read: () => ({ text: field.area.value }) }
  },
  createDetail: () => {
    const bars = createBars()
    return {
      element: bars.element,
      show: ({ result: { score } }) =>
        bars.show([
          { name: 'positive', share: score },
          { name: 'negative', share: 1 - score },
        ]),
    }
  },
  headline: describe,
  describe,
}
