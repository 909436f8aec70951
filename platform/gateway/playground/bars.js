import { element } from './dom.js'
import { percent } from './text.js'

/** @typedef {{ name: string, share: number }} Share  A share is 0 to 1. */

/** @param {string} name */
const createBar = (name) => {
  const fill = element('span', { class: 'bar-fill' })
  const label = element('span', { class: 'bar-name' }, name)
  const value = element('span', { class: 'bar-value' })
  const track = element('span', { class: 'bar-track' }, fill)
  const row = element('div', { class: 'bar', role: 'meter' }, label, track, value)
  row.setAttribute('aria-valuemin', '0')
  row.setAttribute('aria-valuemax', '100')
  return {
    row,
    /** @param {Share} entry @param {boolean} isLargest */
    show: (entry, isLargest) => {
      const text = percent(entry.share)
      label.textContent = entry.name
      value.textContent = text
      fill.style.setProperty('--share', String(entry.share))
      row.classList.toggle('is-largest', isLargest)
      row.setAttribute('aria-label', entry.name)
      row.setAttribute('aria-valuenow', (entry.share * 100).toFixed(1))
      row.setAttribute('aria-valuetext', text)
    },
  }
}

/**
 * Horizontal bars that move from one answer to the next.
 * @param {string} [className]
 */
export const createBars = (className = '') => {
  const list = element('div', { class: `bars ${className}` })
  /** @type {ReturnType<typeof createBar>[]} */
  let bars = []
  return {
    element: list,
    /** @param {readonly Share[]} shares */
    show: (shares) => {
      if (bars.length !== shares.length) {
        bars = shares.map(({ name }) => createBar(name))
        list.replaceChildren(...bars.map(({ row }) => row))
      }
      const largest = Math.max(...shares.map(({ share }) => share))
      for (const [index, entry] of shares.entries()) {
        bars[index]?.show(entry, entry.share === largest)
      }
    },
  }
}
