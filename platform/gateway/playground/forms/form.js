import { digits } from './digits.js'
import { iris } from './iris.js'
import { json } from './json.js'
import { sentiment } from './sentiment.js'
import { summarize } from './summarize.js'

/**
 * @typedef {import('../api.js').Model} Model
 * @typedef {import('../api.js').Answer} Answer
 * @typedef {{ ask: () => void, clear: () => void }} Events
 * @typedef {{ element: HTMLElement, read: () => object }} Form
 *   `read` gives the model's input, or throws an ApiError that says what is missing.
 * @typedef {{ element: HTMLElement, show: (answer: Answer, request: any) => void }} Detail
 * @typedef {{
 *   hint: string,
 *   button: string | null,
 *   createForm: (model: Model, events: Events) => Form,
 *   createDetail: (model: Model) => Detail,
 *   headline: (result: any) => string,
 *   describe: (result: any) => string,
 * }} FormKind
 *   A form without a button asks by itself. `headline` stands above an answer, `describe` in the log.
 */

/** @type {Record<string, FormKind>} In the order of the tabs; any other model gets a JSON form. */
const KINDS = { sentiment, summarize, iris, digits }
const ORDER = Object.keys(KINDS)

/** @param {string} name @returns {FormKind} */
export const formKindOf = (name) => (Object.hasOwn(KINDS, name) ? KINDS[name] : undefined) ?? json

/** @param {readonly Model[]} models */
export const inOrder = (models) => {
  /** @param {Model} model */
  const place = ({ name }) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length)
  return models.toSorted((one, other) => place(one) - place(other))
}
