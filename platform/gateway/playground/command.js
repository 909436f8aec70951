import { curlCommand } from './api.js'
import { announce, element } from './dom.js'

/** The command line of what was just asked, with a button that copies it. */
export const createCommand = () => {
  const code = element('code')
  // Long commands scroll, so the keyboard must be able to reach them.
  const line = element(
    'pre',
    { tabindex: 0, role: 'region', 'aria-label': 'The same request as a command' },
    code,
  )
  const copy = element('button', { type: 'button', class: 'quiet' }, 'Copy')
  const whole = element('div', { class: 'command is-idle' }, line, copy)

  const select = () => window.getSelection()?.selectAllChildren(code)
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(code.textContent ?? '')
      copy.textContent = 'Copied'
      announce('Copied the command')
    } catch {
      // Browsers lend the clipboard to https and localhost only.
      select()
      announce('Selected the command; copy it with the keyboard')
      copy.textContent = 'Selected'
    }
  })
  return {
    element: whole,
    hide: () => whole.classList.add('is-idle'),
    /** @param {object} request */
    show: (request) => {
      whole.classList.remove('is-idle')
      code.textContent = curlCommand(request)
      copy.textContent = 'Copy'
    },
  }
}
