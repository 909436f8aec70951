import { ApiError, listModels } from './api.js'
import { byId, element } from './dom.js'
import { inOrder } from './forms/form.js'
import { startLatest } from './latest.js'
import { createModelPanel } from './model-panel.js'
import { createTabs } from './tabs.js'

const latest = startLatest()

/** @param {import('./api.js').Model[]} models */
const showModels = (models) => {
  const tabs = inOrder(models).map((model) => ({
    name: model.name,
    title: model.name,
    hint: model.task.replaceAll('-', ' '),
    panel: createModelPanel(model, latest.look),
  }))
  const panels = element('div', { class: 'panels' }, ...tabs.map(({ panel }) => panel))
  byId('models').replaceChildren(createTabs(tabs), panels)
}

const start = async () => {
  const state = byId('models-state')
  try {
    const models = await listModels()
    if (models.length > 0) showModels(models)
    else state.textContent = 'This server has no models: add a folder to functions/.'
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const retry = element('button', { type: 'button', class: 'quiet' }, 'Try again')
    retry.addEventListener('click', start)
    state.replaceChildren(`${error.message} `, retry)
  }
}

await start()
