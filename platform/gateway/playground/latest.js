import { addressOfPrediction, ApiError, listPredictions } from './api.js'
import { byId, element } from './dom.js'
import { formKindOf } from './forms/form.js'
import { oneAtATime } from './one-at-a-time.js'
import { milliseconds, moment, percent } from './text.js'

/** Milliseconds between two looks at the log, while somebody can see the page. */
const PAUSE = 2000

/** @typedef {import('./api.js').Prediction} Prediction */

/** @param {Prediction} prediction */
const resultOf = ({ model, result, status, error_code: code }) =>
  result === null ? `failed: ${code ?? status}` : formKindOf(model).describe(result)

/** @param {Prediction} prediction */
const createRow = (prediction) => {
  const { prediction_id: id, model, version, result, confidence, created_at: at } = prediction
  /** @param {string} name @param {...(Node | string)} children */
  const cell = (name, ...children) => element('td', { role: 'cell', class: name }, ...children)
  const time = element('time', { datetime: at }, moment(new Date(at)))
  const text = resultOf(prediction)
  const outcome = element('span', { class: result === null ? 'failed' : '', title: text }, text)
  return element(
    'tr',
    { role: 'row' },
    cell('time', element('a', { href: addressOfPrediction(id) }, time)),
    cell('model', model),
    cell('version', version),
    cell('result', outcome),
    cell('confidence', confidence === null ? '–' : percent(confidence)),
    cell('took', milliseconds(prediction.processing_time_ms)),
  )
}

/** The log's newest rows, kept current while the page is visible. */
export const startLatest = () => {
  const body = byId('latest-rows')
  const state = byId('latest-state')
  /** @type {Map<string, HTMLElement>} */
  let rows = new Map()
  let isFirst = true

  /** @param {readonly Prediction[]} predictions newest first */
  const show = (predictions) => {
    const arrived = predictions.filter(({ prediction_id: id }) => !rows.has(id))
    if (arrived.length > 0 && !isFirst) {
      for (const row of rows.values()) row.classList.remove('is-new')
    }
    const previous = rows
    rows = new Map(
      predictions.map((prediction) => {
        const known = previous.get(prediction.prediction_id)
        if (known !== undefined) return [prediction.prediction_id, known]
        const row = createRow(prediction)
        row.classList.toggle('is-new', !isFirst)
        return [prediction.prediction_id, row]
      }),
    )
    // Rows that stay are not moved, so that a focused link keeps its focus.
    for (const [id, row] of previous) if (!rows.has(id)) row.remove()
    let place = body.firstElementChild
    for (const row of rows.values()) {
      if (row === place) place = place.nextElementSibling
      else body.insertBefore(row, place)
    }
    isFirst = false
  }

  const refresh = oneAtATime(async () => {
    try {
      const predictions = await listPredictions()
      show(predictions)
      state.textContent = predictions.length === 0 ? 'None yet: ask a model above.' : ''
      state.classList.remove('failed')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      state.textContent = error.message
      state.classList.add('failed')
    }
  })

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let next
  const look = async () => {
    clearTimeout(next)
    if (document.visibilityState !== 'visible') return
    await refresh()
    clearTimeout(next)
    next = setTimeout(look, PAUSE)
  }
  document.addEventListener('visibilitychange', look)
  void look()
  return { look: () => void look() }
}
