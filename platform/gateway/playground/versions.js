import { element } from './dom.js'
import { percent } from './text.js'

/** @param {string} key */
const readable = (key) => {
  const words = key.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/**
 * Measurements as rows of text; groups of them are indented by name.
 * @param {Record<string, unknown>} quality
 * @returns {[string, string][]}
 */
const rowsOf = (quality, group = '') =>
  Object.entries(quality).flatMap(([key, value]) => {
    const name = group === '' ? readable(key) : `${group}: ${key}`
    if (Array.isArray(value)) return [[name, value.join(' to ')]]
    if (typeof value === 'object' && value !== null) {
      return rowsOf(/** @type {Record<string, unknown>} */ (value), name)
    }
    return [[name, String(value)]]
  })

/** @param {import('./api.js').ModelVersion} version */
const describe = ({ description, quality }) => {
  const { accuracy } = quality
  const title =
    typeof accuracy === 'number'
      ? `Accuracy ${percent(accuracy)}: how it was measured`
      : 'How it was measured'
  const rows = rowsOf(quality).map(([term, value]) =>
    element('div', {}, element('dt', {}, term), element('dd', {}, value)),
  )
  return [
    element('p', {}, description),
    element(
      'details',
      { hidden: rows.length === 0 },
      element('summary', {}, title),
      element('dl', { class: 'quality' }, ...rows),
    ),
  ]
}

/**
 * The choice among a model's versions, and what is known of the chosen one.
 * @param {import('./api.js').Model} model
 * @param {() => void} onChange
 */
export const createVersions = ({ name, versions }, onChange) => {
  const about = element('div', { class: 'version-about' })
  /** @type {import('./api.js').ModelVersion | undefined} */
  let chosen = versions.find((version) => version.is_default) ?? versions[0]
  const show = () => about.replaceChildren(...(chosen === undefined ? [] : describe(chosen)))
  show()

  const choices = versions.map((version) => {
    const input = element('input', {
      type: 'radio',
      // One group per model: the page holds the choices of all.
      name: `version-${name}`,
      value: version.version,
      id: `${name}-${version.version}`,
      checked: version.is_default,
    })
    input.addEventListener('change', () => {
      chosen = version
      show()
      onChange()
    })
    return element(
      'label',
      {},
      input,
      element('span', {}, version.version, version.is_default ? ' (default)' : ''),
    )
  })
  const choice =
    versions.length > 1
      ? element(
          'fieldset',
          { class: 'versions' },
          element('legend', {}, 'Version'),
          element('div', { class: 'segments' }, ...choices),
        )
      : element('p', { class: 'only-version' }, `Version ${chosen?.version ?? 'unknown'}`)
  return {
    element: element('div', { class: 'version-choice' }, choice, about),
    /** A model with one version is asked without naming it. */
    read: () => (versions.length > 1 && chosen !== undefined ? { version: chosen.version } : {}),
  }
}
