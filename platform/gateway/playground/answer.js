import { addressOfPrediction } from './api.js'
import { createBars } from './bars.js'
import { createCommand } from './command.js'
import { announce, element } from './dom.js'
import { milliseconds, percent } from './text.js'

/** @param {import('./api.js').ApiError} error */
const describeError = ({ message, detail, problems, requestId }) => [
  element('p', { class: 'problem-title' }, message),
  ...(detail === '' || problems.length > 0 ? [] : [element('p', {}, detail)]),
  element(
    'ul',
    { class: 'problems', hidden: problems.length === 0 },
    ...problems.map(({ field, reason }) =>
      element('li', {}, element('code', {}, field === '' ? 'body' : field), ` ${reason}`),
    ),
  ),
  element('p', { class: 'fine', hidden: requestId === '' }, `Request ${requestId}`),
]

/** @param {import('./api.js').Answer} answer */
const facts = (answer) => {
  const link = element(
    'a',
    { href: addressOfPrediction(answer.prediction_id) },
    answer.prediction_id,
  )
  /** @type {[string, Node | string][]} */
  const rows = [
    ['Version', answer.version],
    ['Took', milliseconds(answer.processing_time_ms)],
    ['Prediction', link],
  ]
  if (answer.recorded === false) rows.push(['Record', 'follows in a moment'])
  return rows.map(([term, value]) =>
    element('div', {}, element('dt', {}, term), element('dd', {}, value)),
  )
}

/**
 * Where a model's answer, or why there is none, is shown.
 * @param {{ hint: string, headline: (result: any) => string,
 *   detail: import('./forms/form.js').Detail }} options
 */
export const createAnswer = ({ hint, headline, detail }) => {
  const empty = element('p', { class: 'answer-empty' }, hint)
  const label = element('p', { class: 'answer-label' })
  const confidence = createBars('confidence')
  const list = element('dl', { class: 'facts' })
  const body = element('div', { hidden: true }, label, confidence.element, detail.element, list)
  const problem = element('div', { class: 'problem', role: 'alert', hidden: true })
  const command = createCommand()
  const title = element('h3', { class: 'unseen' }, 'Answer')
  const whole = element('section', { class: 'answer' }, title, empty, body, problem)

  /** @param {HTMLElement} visible @param {object} [request] */
  const turnTo = (visible, request) => {
    for (const part of [empty, body, problem]) part.hidden = part !== visible
    whole.removeAttribute('aria-busy')
    if (request === undefined) command.hide()
    else command.show(request)
  }

  return {
    element: whole,
    command: command.element,
    wait: () => whole.setAttribute('aria-busy', 'true'),
    clear: () => turnTo(empty),
    /** @param {object} request @param {import('./api.js').Answer} answer */
    show: (request, answer) => {
      const share = answer.confidence
      const text = headline(answer.result)
      label.textContent = text
      confidence.element.hidden = share === null
      if (share !== null) confidence.show([{ name: 'Confidence', share }])
      detail.show(answer, request)
      list.replaceChildren(...facts(answer))
      turnTo(body, request)
      announce(`${text}${share === null ? '' : `, confidence ${percent(share)}`}`)
    },
    /** @param {import('./api.js').ApiError} error @param {object} [request] */
    fail: (error, request) => {
      problem.replaceChildren(...describeError(error))
      turnTo(problem, request)
    },
  }
}
