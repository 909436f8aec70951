/** Words that end in a full stop without ending a sentence, in lower case. */
const ABBREVIATIONS = new Set(
  (
    'mr mrs ms dr prof rev hon st sr jr gen col capt lt sgt maj cmdr gov sen rep pres supt ' +
    'vs v cf al etc e.g i.e viz approx ca no nos vol ch pp p fig figs eq sec art ed eds trans ' +
    'dept univ assn bros inc ltd co corp plc est ave blvd rd mt ft min max tel ext ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ' +
    'a.m p.m u.s u.k u.n e.u d.c ph.d m.d b.a m.a b.sc m.sc'
  ).split(' '),
)
/** May also end a sentence, some as words of their own: joined only when the next word cannot begin one. */
const MAY_END = new Set(
  (
    'etc inc ltd co corp plc jr sr a.m p.m u.s u.k u.n e.u d.c ph.d m.d ' +
    'sat sun wed mar no art fig max ed'
  ).split(' '),
)

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/** Characters that tell how a piece ends: no abbreviation is longer. A bound, so that hostile text costs linear time. */
const TAIL = 40

/** Whether a text that ends with `piece` stops in the middle of a sentence that `next` goes on with. */
const goesOn = (piece: string, next: string): boolean => {
  const startsLow = /^["'“‘([]*[a-z0-9]/.test(next)
  const word = /([\p{L}.]+)\.["'”’)\]]*\s*$/u.exec(piece)?.[1]?.toLowerCase()
  if (word === undefined) {
    // A quotation that ends inside a sentence: “Stop!” she said.
    return /[!?…]["'”’)\]]+\s*$/.test(piece) && /^[a-z]/.test(next)
  }
  if (/^\p{L}$/u.test(word) && word !== 'i') return true // an initial: J. Smith
  if (!ABBREVIATIONS.has(word)) return /^[a-z]/.test(next)
  return MAY_END.has(word) ? startsLow : true
}

/**
 * Splits prose into sentences, white space folded. ICU's rules (Unicode TR 29) do the work;
 * what they cut after abbreviations, initials and quotations is joined again. A blank line ends a sentence.
 */
export const splitSentences = (text: string): string[] =>
  text.split(/\n\s*\n/).flatMap((paragraph) => {
    const sentences: string[] = []
    const flat = paragraph.replaceAll(/\s+/g, ' ').trim()
    const pieces = [...segmenter.segment(flat)]
    let start = 0
    for (const [position, { segment, index }] of pieces.entries()) {
      const end = index + segment.length
      const next = pieces[position + 1]
      const tail = flat.slice(Math.max(start, end - TAIL), end)
      if (next !== undefined && goesOn(tail, next.segment)) continue
      const sentence = flat.slice(start, end)
      if (/[\p{L}\p{N}]/u.test(sentence)) sentences.push(sentence.trim())
      start = end
    }
    return sentences
  })
