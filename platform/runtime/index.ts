/** What a handler may use. */
export { z } from 'zod'
export { defineFunction } from './define-function.ts'
export type { VersionAssets } from './define-function.ts'
export { InletError } from './errors.ts'
export { float32Number, text } from './input-schemas.ts'
export { float32, indexOfLargest, int64Row, round, rowsOf, tensor } from './tensors.ts'
export type { Tensors } from './tensors.ts'
export { createTokenizer } from './tokenizer.ts'
