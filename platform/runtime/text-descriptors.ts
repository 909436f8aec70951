const VISIBLE = 1
const LETTER = 2
const CAPITAL = 4
const MARK = 8
const KNOWN = 16

const kindOf = (character: string): number =>
  KNOWN |
  (/\p{White_Space}/u.test(character) ? 0 : VISIBLE) |
  (/\p{L}/u.test(character) ? LETTER : 0) |
  (/\p{Lu}/u.test(character) ? CAPITAL : 0) |
  (/[?!？！]/.test(character) ? MARK : 0)

/** Of each code point met so far, for the patterns cost fifteen times as much. */
const kinds = new Uint8Array(0x11_00_00)

/**
 * Numbers that say what a text looks like, for its drift. All counts are of Unicode code points:
 *
 * - characters: all;
 * - words: the longest runs without White_Space;
 * - average_word_length: characters that are not White_Space, per word; 0 without a word;
 * - share_of_letters: letters (General_Category L) among the characters that are not White_Space; 0 without one;
 * - share_of_capitals: capitals (General_Category Lu) among the letters; 0 without one;
 * - question_or_exclamation_marks: `?`, `!` and their full-width forms.
 *
 * inlet_training/preprocess/text_descriptors.py counts the same over the training texts; letters
 * added to Unicode after version 14 are not yet letters there.
 */
export const describeText = (text: string) => {
  const count = { characters: 0, words: 0, visible: 0, letters: 0, capitals: 0, marks: 0 }
  let isWithinWord = false
  for (const character of text) {
    const code = character.codePointAt(0)!
    const kind = kinds[code] || (kinds[code] = kindOf(character))
    const isVisible = (kind & VISIBLE) !== 0
    count.characters += 1
    if (isVisible && !isWithinWord) count.words += 1
    isWithinWord = isVisible
    if (isVisible) count.visible += 1
    if ((kind & LETTER) !== 0) count.letters += 1
    if ((kind & CAPITAL) !== 0) count.capitals += 1
    if ((kind & MARK) !== 0) count.marks += 1
  }
  return {
    characters: count.characters,
    words: count.words,
    average_word_length: count.words === 0 ? 0 : count.visible / count.words,
    share_of_letters: count.visible === 0 ? 0 : count.letters / count.visible,
    share_of_capitals: count.letters === 0 ? 0 : count.capitals / count.letters,
    question_or_exclamation_marks: count.marks,
  }
}
