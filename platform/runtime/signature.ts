import type { Tensor, Tensors } from './tensors.ts'

/** One input or output of a model; -1 is a dimension that may vary. */
export type TensorSignature = {
  readonly name: string
  readonly type: string
  readonly dims: readonly number[]
}

export type ModelSignature = {
  readonly inputs: readonly TensorSignature[]
  readonly outputs: readonly TensorSignature[]
}

const written = ({ type, dims }: { type: string; dims: readonly number[] }): string =>
  `${type}[${dims.map((size) => (size < 0 ? '?' : size)).join(', ')}]`

const fits = (tensor: Tensor, expected: TensorSignature): boolean =>
  tensor.type === expected.type &&
  tensor.dims.length === expected.dims.length &&
  expected.dims.every((size, index) => size < 0 || size === tensor.dims[index])

/**
 * Says where the handler's tensors and the model's inputs differ, naming both sides; null when they fit.
 */
export const describeMismatch = (
  tensors: Tensors,
  expected: readonly TensorSignature[],
  side: 'input' | 'output',
): string | null => {
  for (const signature of expected) {
    const tensor = tensors[signature.name]
    if (tensor === undefined) {
      const names = Object.keys(tensors).join(', ') || 'nothing'
      return `the model's ${side} "${signature.name}" ${written(signature)} is missing; the handler has ${names}`
    }
    if (!fits(tensor, signature)) {
      return `the model's ${side} "${signature.name}" is ${written(signature)}; the handler has ${written(tensor)}`
    }
  }
  const unknown = Object.keys(tensors).find((name) => !expected.some((one) => one.name === name))
  if (unknown === undefined) return null
  return `the handler has "${unknown}"; the model's ${side}s are ${expected.map((one) => one.name).join(', ')}`
}

/** Zero tensors of one row that the model accepts; a varying inner dimension gets `width` elements. */
export const emptyInputs = ({ inputs }: ModelSignature, width = 8): Tensors =>
  Object.fromEntries(
    inputs.map(({ name, type, dims }) => {
      const sizes = dims.map((size, index) => (size >= 0 ? size : index === 0 ? 1 : width))
      const length = sizes.reduce((product, size) => product * size, 1)
      if (type === 'int64') return [name, { type, data: new BigInt64Array(length), dims: sizes }]
      if (type === 'float32') return [name, { type, data: new Float32Array(length), dims: sizes }]
      throw new Error(
        `the model's input "${name}" is ${type}; handlers make float32 and int64 tensors`,
      )
    }),
  )
