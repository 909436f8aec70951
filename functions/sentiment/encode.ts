import { createTokenizer, int64Row, z } from '#runtime'
import type { Tensors, VersionAssets } from '#runtime'

/** Turns one text into the tensors of one version's model. */
export type Encode = (text: string) => Tensors

/** What a row says when none of its n-grams is known: the padding id, whose weight is 0. */
const PADDING = 0

/** Words, and the marks that carry feeling; the training script's own pattern. */
const WORD = /[a-z0-9]+(?:'[a-z]+)*|[!?]/g

/** The words and pairs of neighbouring words of a text, once each. */
export const ngramsOf = (text: string): Set<string> => {
  const words = text.toLowerCase().replaceAll('’', "'").match(WORD) ?? []
  const pairs = words.slice(1).map((word, index) => `${words[index]} ${word}`)
  return new Set([...words, ...pairs])
}

const ngramEncoder = (vocabulary: readonly string[]): Encode => {
  const ids = new Map(vocabulary.map((ngram, index) => [ngram, index + 1]))
  return (text) => {
    const known = [...ngramsOf(text)].flatMap((ngram) => ids.get(ngram) ?? [])
    return { ngram_ids: int64Row(known.length > 0 ? known : [PADDING]) }
  }
}

const tokenEncoder = (tokenizerJson: unknown): Encode => {
  const tokenize = createTokenizer(tokenizerJson)
  return (text) => {
    const ids = tokenize(text)
    return { input_ids: int64Row(ids), attention_mask: int64Row(ids.map(() => 1)) }
  }
}

/** The encoder that a version's files ask for: n-grams with a vocabulary, else WordPiece tokens. */
export const createEncoder = (assets: VersionAssets): Encode =>
  assets.has('vocabulary.json')
    ? ngramEncoder(z.array(z.string()).parse(assets.json('vocabulary.json')))
    : tokenEncoder(assets.json('tokenizer.json'))
