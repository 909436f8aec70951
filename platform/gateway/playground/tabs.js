import { element } from './dom.js'

/**
 * @typedef {{ name: string, title: string, hint: string, panel: HTMLElement }} Tab
 */

/** Wide enough for the list of models to stand beside its panel, as in style.css. */
const BESIDE = '(min-width: 60rem)'

/**
 * Tabs by the WAI-ARIA pattern: one stop for the Tab key, arrows, Home and End move and choose.
 * The chosen one stands in the address, so that it outlives a reload.
 * @param {readonly Tab[]} tabs
 */
export const createTabs = (tabs) => {
  const list = element('div', { role: 'tablist', class: 'tabs', 'aria-label': 'Models' })
  const buttons = tabs.map(({ title, hint, panel }, index) => {
    const button = element(
      'button',
      { type: 'button', role: 'tab', id: `tab-${index}`, 'aria-controls': `panel-${index}` },
      element('span', { class: 'tab-title' }, title),
      element('span', { class: 'tab-hint' }, hint),
    )
    panel.id = `panel-${index}`
    panel.setAttribute('role', 'tabpanel')
    panel.setAttribute('aria-labelledby', button.id)
    button.addEventListener('click', () => choose(index))
    return button
  })
  list.append(...buttons)

  /** @param {number} chosen */
  const choose = (chosen) => {
    for (const [index, { name, panel }] of tabs.entries()) {
      const isChosen = index === chosen
      buttons[index]?.setAttribute('aria-selected', String(isChosen))
      buttons[index]?.setAttribute('tabindex', isChosen ? '0' : '-1')
      panel.hidden = !isChosen
      if (isChosen) history.replaceState(null, '', `#${encodeURIComponent(name)}`)
    }
  }

  list.addEventListener('keydown', (event) => {
    const current = buttons.findIndex((button) => button === document.activeElement)
    const last = buttons.length - 1
    const next = /** @type {Record<string, number>} */ ({
      ArrowRight: current === last ? 0 : current + 1,
      ArrowDown: current === last ? 0 : current + 1,
      ArrowLeft: current <= 0 ? last : current - 1,
      ArrowUp: current <= 0 ? last : current - 1,
      Home: 0,
      End: last,
    })[event.key]
    if (next === undefined) return
    event.preventDefault()
    choose(next)
    buttons[next]?.focus()
  })

  const beside = window.matchMedia(BESIDE)
  const orient = () =>
    list.setAttribute('aria-orientation', beside.matches ? 'vertical' : 'horizontal')
  beside.addEventListener('change', orient)
  orient()

  const wanted = decodeURIComponent(location.hash.slice(1))
  choose(
    Math.max(
      0,
      tabs.findIndex(({ name }) => name === wanted),
    ),
  )
  return list
}
