/**
 * @typedef {{ text: string, score: number }} Sentence
 * @typedef {{ text: string, score: number | null }} Part  Text between the chosen has no score.
 */

/** @param {string} sentence whose white space the API has folded */
const pattern = (sentence) =>
  new RegExp(
    sentence
      .split(/\s+/)
      .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join(String.raw`\s+`),
    'g',
  )

/**
 * Cuts a text at the chosen sentences, which come in its order.
 * @param {string} text
 * @param {readonly Sentence[]} sentences
 * @returns {Part[]} that together are the text
 */
export const findSentences = (text, sentences) => {
  /** @type {Part[]} */
  const parts = []
  let end = 0
  for (const { text: sentence, score } of sentences) {
    const search = pattern(sentence)
    search.lastIndex = end
    const found = search.exec(text)
    if (found === null) continue
    parts.push({ text: text.slice(end, found.index), score: null }, { text: found[0], score })
    end = search.lastIndex
  }
  parts.push({ text: text.slice(end), score: null })
  return parts.filter((part) => part.text !== '')
}
