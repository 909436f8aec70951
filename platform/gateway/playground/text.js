/** @param {number} share 0 to 1 */
export const percent = (share) => `${(share * 100).toFixed(1)} %`

/** Three digits are what a time of one run is worth. @param {number} value */
export const milliseconds = (value) =>
  `${value < 1 ? value.toFixed(2) : value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`

/** The time of day, with the date when it is not today's. @param {Date} date */
export const moment = (date) => {
  const time = date.toLocaleTimeString('en-GB')
  if (date.toDateString() === new Date().toDateString()) return time
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time}`
}

/** @param {string} text @param {number} most characters */
export const shorten = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text)
