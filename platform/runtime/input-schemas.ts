import { z } from 'zod'

const LARGEST_FLOAT32 = 3.4028234663852886e38

/** A finite number that a float32 tensor can hold. */
export const float32Number = z
  .number({ error: 'must be a finite number' })
  .min(-LARGEST_FLOAT32, { error: 'must fit in a 32-bit float' })
  .max(LARGEST_FLOAT32, { error: 'must fit in a 32-bit float' })

/** Anything but white space, control and format characters. */
const READABLE = /[^\s\p{Z}\p{C}]|\p{Cs}/u

/**
 * Text with something in it, of at most `maximum` UTF-16 units.
 * Lone surrogates and U+0000 are refused: neither UTF-8 nor jsonb can hold them.
 */
export const text = (maximum: number) =>
  z
    .string({ error: 'must be a string' })
    .max(maximum, { error: `must have at most ${maximum} characters` })
    .refine((value) => READABLE.test(value), { error: 'must not be empty', abort: true })
    .refine((value) => value.isWellFormed(), {
      error: 'must not hold a lone surrogate',
      abort: true,
    })
    .refine((value) => !value.includes('\0'), { error: 'must not hold U+0000' })
