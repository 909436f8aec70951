import { element } from '../dom.js'
import { shorten } from '../text.js'
import { findSentences } from './find-sentences.js'
import { createTextField } from './text-field.js'

/** As many as the API takes. */
const MOST = 50

/** @type {import('./form.js').FormKind} */
export const summarize = {
  hint: 'Paste an article. The sentences that say most of it will be marked where they stand.',
  button: 'Choose the sentences',
  createForm: ({ example }) => {
    const field = createTextField({
      name: 'text',
      label: 'An article, in English',
      rows: 10,
      value: example?.text ?? '',
    })
    const count = element('input', {
      id: 'summary-sentences',
      name: 'sentences',
      type: 'number',
      min: 1,
      max: MOST,
      value: example?.sentences ?? 3,
    })
    const whole = element(
      'div',
      { class: 'fields' },
      field.element,
      element(
        'div',
        { class: 'field inline' },
        element('label', { for: count.id }, 'Sentences to keep'),
        count,
      ),
    )
    return {
      element: whole,
      // An empty field is left to the API, which then keeps its own number.
      read: () => ({
        text: field.area.value,
        ...(count.value !== '' && { sentences: Number(count.value) }),
      }),
    }
  },
  createDetail: () => {
    const shown = element('div', {
      class: 'marked-text',
      tabindex: 0,
      role: 'region',
      'aria-label': 'The article with the chosen sentences marked',
    })
    return {
      element: shown,
      show: ({ result }, { text }) => {
        const parts = findSentences(text, result.sentences).map(({ text: part, score }) =>
          score === null
            ? part
            : element('mark', {}, part, element('span', { class: 'score' }, score.toFixed(2))),
        )
        shown.replaceChildren(...parts)
        shown.scrollTop = 0
      },
    }
  },
  headline: ({ sentences }) =>
    sentences.length === 1 ? '1 sentence kept' : `${sentences.length} sentences kept`,
  describe: (result) => shorten(String(result?.summary), 120),
}
