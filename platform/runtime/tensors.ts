/** A tensor as handlers see it: row-major data, the first dimension counts rows. */
export type Tensor =
  | { readonly type: 'float32'; readonly data: Float32Array; readonly dims: readonly number[] }
  | { readonly type: 'int64'; readonly data: BigInt64Array; readonly dims: readonly number[] }

export type Tensors = Readonly<Record<string, Tensor>>

/** A float32 tensor of any shape; `dims[0]` counts rows. */
export const tensor = (data: Float32Array, dims: readonly number[]): Tensor => ({
  type: 'float32',
  data,
  dims,
})

/** A float32 tensor `[rows.length, rows[0].length]`; all rows must be equally long. */
export const float32 = (rows: readonly (readonly number[])[]): Tensor => {
  const width = rows[0]?.length ?? 0
  const data = new Float32Array(rows.length * width)
  for (const [index, row] of rows.entries()) data.set(row, index * width)
  return tensor(data, [rows.length, width])
}

/** An int64 tensor `[1, values.length]`. */
export const int64Row = (values: readonly number[]): Tensor => ({
  type: 'int64',
  data: BigInt64Array.from(values, BigInt),
  dims: [1, values.length],
})

/** The named float32 output as one array per row; throws when the model has no such output. */
export const rowsOf = (tensors: Tensors, name: string): number[][] => {
  const output = tensors[name]
  if (output?.type !== 'float32') throw new Error(`the model has no float32 output "${name}"`)
  const [rows = 0] = output.dims
  const width = rows === 0 ? 0 : output.data.length / rows
  return Array.from({ length: rows }, (_, row) =>
    Array.from(output.data.subarray(row * width, (row + 1) * width)),
  )
}

/** Index of the largest value; the first of equals. */
export const indexOfLargest = (values: readonly number[]): number => {
  let best = 0
  for (const [index, value] of values.entries()) if (value > values[best]!) best = index
  return best
}

/** Rounds to so many decimals: a float32 has 7 significant digits, more are noise in an answer. */
export const round = (value: number, digits = 6): number => Number(value.toFixed(digits))
