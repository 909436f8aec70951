import { ApiError } from '../api.js'
import { element } from '../dom.js'
import { shorten } from '../text.js'
import { createTextField } from './text-field.js'

/** @param {string} text */
const parse = (text) => {
  const problem = (/** @type {string} */ reason) =>
    new ApiError('The input is not sent', { problems: [{ field: 'input', reason }] })
  let value
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw problem(`is not JSON: ${/** @type {Error} */ (error).message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw problem('must be a JSON object')
  }
  return value
}

/** @type {import('./form.js').FormKind} For any model that has no form of its own. */
export const json = {
  hint: 'This model has no form of its own yet: change the example as you like, and ask.',
  button: 'Predict',
  createForm: ({ example }) => {
    const field = createTextField({
      name: 'input',
      label: 'Input, as JSON',
      rows: 10,
      value: JSON.stringify(example ?? {}, null, 2),
      isCode: true,
    })
    return { element: field.element, read: () => parse(field.area.value) }
  },
  createDetail: () => {
    const code = element('code')
    const shown = element(
      'pre',
      { class: 'result-json', tabindex: 0, role: 'region', 'aria-label': 'The answer as JSON' },
      code,
    )
    return {
      element: shown,
      show: ({ result }) => {
        code.textContent = JSON.stringify(result, null, 2)
      },
    }
  },
  headline: () => 'Answered',
  describe: (result) => shorten(JSON.stringify(result), 120),
}
