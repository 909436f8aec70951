import { Tokenizer } from '@huggingface/tokenizers'

const SEPARATOR = '[SEP]'
/** CJK ideographs beyond U+FFFF, which the library does not set apart as the reference does. */
const WIDE_IDEOGRAPH = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu

/**
 * The WordPiece tokenizer of a version's tokenizer.json: text → token ids, [CLS] and [SEP] included,
 * at most `maximum` ids. Two differences of the library from the reference tokenizer are evened out
 * first (final sigma, wide ideographs); the rest are named in tokenizer.golden.json.
 */
export const createTokenizer = (tokenizerJson: unknown, maximum = 256) => {
  const tokenizer = new Tokenizer(tokenizerJson, {})
  const separator = tokenizer.token_to_id(SEPARATOR)
  if (separator === undefined) throw new Error(`tokenizer.json has no ${SEPARATOR} token`)
  return (text: string): number[] => {
    const { ids } = tokenizer.encode(text.replaceAll('Σ', 'σ').replaceAll(WIDE_IDEOGRAPH, ' $& '))
    return ids.length <= maximum ? ids : [...ids.slice(0, maximum - 1), separator]
  }
}
