import type { Tensor, Tensors } from './tensors.ts'

const count = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1)

const zeros = (type: Tensor['type'], dims: readonly number[]): Tensor =>
  type === 'float32'
    ? { type, data: new Float32Array(count(dims)), dims }
    : { type, data: new BigInt64Array(count(dims)), dims }

/** Copies row-major `source` into the low corner of `target`, whose inner dimensions are no smaller. */
const copyPadded = (source: Tensor, target: Tensor, firstRow: number): void => {
  const inner = source.dims.at(-1) ?? 1
  const lines = inner === 0 ? 0 : count(source.dims) / inner
  const middle = source.dims.slice(1, -1)
  const targetMiddle = target.dims.slice(1, -1)
  const targetInner = target.dims.at(-1) ?? 1
  const [rows = 0] = source.dims
  const linesPerRow = rows === 0 ? 0 : lines / rows
  const targetLinesPerRow = count(targetMiddle)
  for (let line = 0; line < lines; line++) {
    let rest = line % linesPerRow
    let targetLine = 0
    let stride = 1
    for (let axis = middle.length - 1; axis >= 0; axis--) {
      targetLine += (rest % middle[axis]!) * stride
      rest = Math.floor(rest / middle[axis]!)
      stride *= targetMiddle[axis]!
    }
    targetLine += (firstRow + Math.floor(line / linesPerRow)) * targetLinesPerRow
    const values = source.data.subarray(line * inner, (line + 1) * inner)
    target.data.set(values as never, targetLine * targetInner)
  }
}

/** Number of rows of an instance: the first dimension of its tensors. */
export const rowCount = (instance: Tensors): number => Object.values(instance)[0]?.dims[0] ?? 0

/**
 * Stacks instances along the first dimension; inner dimensions are padded with zeros to the longest.
 * All instances have the same names, types and ranks.
 */
export const collate = (instances: readonly Tensors[]): Tensors => {
  const [first] = instances
  if (first === undefined) throw new Error('nothing to collate')
  if (instances.length === 1) return first
  return Object.fromEntries(
    Object.entries(first).map(([name, { type, dims }]) => {
      const parts = instances.map((instance) => instance[name]!)
      const longest = dims.map((_, axis) => Math.max(...parts.map((part) => part.dims[axis]!)))
      longest[0] = parts.reduce((sum, part) => sum + part.dims[0]!, 0)
      const target = zeros(type, longest)
      let row = 0
      for (const part of parts) {
        copyPadded(part, target, row)
        row += part.dims[0]!
      }
      return [name, target]
    }),
  )
}

/** Cuts stacked outputs into pieces of `rows[i]` rows; throws when the model lost or made rows. */
export const split = (outputs: Tensors, rows: readonly number[]): Tensors[] => {
  const total = rows.reduce((sum, one) => sum + one, 0)
  for (const [name, { dims }] of Object.entries(outputs)) {
    if (dims[0] !== total)
      throw new Error(`output "${name}" has ${dims[0]} rows for ${total} inputs`)
  }
  if (rows.length === 1) return [outputs]
  let start = 0
  return rows.map((piece) => {
    const from = start
    start += piece
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { type, data, dims }]) => {
        const width = total === 0 ? 0 : data.length / total
        const part = data.subarray(from * width, start * width)
        return [name, { type, data: part, dims: [piece, ...dims.slice(1)] } as Tensor]
      }),
    )
  })
}
