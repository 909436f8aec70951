import { ApiError, predict } from './api.js'
import { createAnswer } from './answer.js'
import { element } from './dom.js'
import { formKindOf } from './forms/form.js'
import { oneAtATime } from './one-at-a-time.js'
import { createVersions } from './versions.js'

/**
 * Marks the fields that the server did not take.
 * @param {HTMLElement} form @param {readonly import('./api.js').FieldProblem[]} problems
 */
const markFields = (form, problems) => {
  const named = new Set(problems.map(({ field }) => field.split('.')[0]))
  for (const control of form.querySelectorAll('[name]')) {
    if (named.has(control.getAttribute('name') ?? '')) control.setAttribute('aria-invalid', 'true')
    else control.removeAttribute('aria-invalid')
  }
}

/**
 * All of one model: what it is, a form to ask it, and its answer.
 * @param {import('./api.js').Model} model
 * @param {() => void} onAsked called when the log of predictions may have grown
 */
export const createModelPanel = (model, onAsked) => {
  const kind = formKindOf(model.name)
  const answer = createAnswer({
    hint: kind.hint,
    headline: kind.headline,
    detail: kind.createDetail(model),
  })
  let isAnswered = false

  const ask = oneAtATime(async () => {
    /** @type {object | undefined} */
    let request
    try {
      request = { model: model.name, ...versions.read(), ...form.read() }
      answer.wait()
      const answered = await predict(request)
      markFields(form.element, [])
      answer.show(request, answered)
      isAnswered = true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      markFields(form.element, error.problems)
      answer.fail(error, request)
    }
    onAsked()
  })

  const versions = createVersions(model, () => {
    if (isAnswered) void ask()
  })
  const form = kind.createForm(model, {
    ask: () => void ask(),
    clear: () => {
      isAnswered = false
      answer.clear()
    },
  })

  const asking = element('form', { class: 'asking', novalidate: true }, form.element)
  if (kind.button !== null) {
    asking.append(element('button', { type: 'submit', class: 'primary' }, kind.button))
  }
  asking.addEventListener('submit', (event) => {
    event.preventDefault()
    void ask()
  })
  return element(
    'section',
    { class: 'panel' },
    element('h2', {}, model.title),
    element('p', { class: 'panel-about' }, model.description),
    element('div', { class: 'bench' }, asking, answer.element, versions.element),
    answer.command,
  )
}
