import { element } from '../dom.js'

/** Makes ids; a page has several fields of one name. */
let made = 0

/**
 * A labelled text area. Ctrl or Command with Enter sends its form.
 * @param {{ name: string, label: string, rows: number, value: string, hint?: string,
 *   isCode?: boolean }} options
 */
export const createTextField = ({ name, label, rows, value, hint = '', isCode = false }) => {
  made += 1
  const id = `field-${made}`
  const area = element('textarea', {
    id,
    name,
    rows,
    spellcheck: isCode ? 'false' : 'true',
    class: isCode ? 'code' : '',
    ...(hint !== '' && { 'aria-describedby': `${id}-hint` }),
  })
  area.value = value
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) area.form?.requestSubmit()
  })
  const field = element('div', { class: 'field' }, element('label', { for: id }, label), area)
  if (hint !== '') field.append(element('p', { class: 'fine', id: `${id}-hint` }, hint))
  return { element: field, area }
}
