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
    count.characters += 1
    const isVisible = !/\p{White_Space}/u.test(character)
    if (isVisible && !isWithinWord) count.words += 1
    isWithinWord = isVisible
    if (!isVisible) continue
    count.visible += 1
    if (/\p{L}/u.test(character)) count.letters += 1
    if (/\p{Lu}/u.test(character)) count.capitals += 1
    if (/[?!？！]/.test(character)) count.marks += 1
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
