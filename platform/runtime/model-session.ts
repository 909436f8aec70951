import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node'
import type { ModelSignature, TensorSignature } from './signature.ts'
import type { Tensor, Tensors } from './tensors.ts'

/** A loaded model. `run` blocks the thread that it is called on (onnxruntime issue 19611). */
export type ModelSession = {
  readonly signature: ModelSignature
  /** False when the thread it runs in has ended. */
  readonly isAlive: boolean
  run(inputs: Tensors): Promise<Tensors>
  close(): Promise<void>
}

const signatureOf = (metadata: readonly InferenceSession.ValueMetadata[]): TensorSignature[] =>
  metadata.map((value) => {
    if (!value.isTensor) throw new Error(`"${value.name}" is no tensor; export it as one`)
    return {
      name: value.name,
      type: value.type,
      dims: value.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : -1)),
    }
  })

const toOnnx = ({ type, data, dims }: Tensor): OnnxTensor =>
  type === 'int64' ? new OnnxTensor(type, data, dims) : new OnnxTensor(type, data, dims)

const fromOnnx = (tensor: OnnxTensor): Tensor => {
  if (tensor.type === 'float32') {
    return { type: 'float32', data: tensor.data as Float32Array, dims: tensor.dims }
  }
  if (tensor.type === 'int64') {
    return { type: 'int64', data: tensor.data as BigInt64Array, dims: tensor.dims }
  }
  throw new Error(`the model answers with ${tensor.type}; handlers read float32 and int64`)
}

/** Loads an ONNX file on this thread; `threads` is onnxruntime's intra-op pool. */
export const loadModelSession = async (path: string, threads: number): Promise<ModelSession> => {
  const session = await InferenceSession.create(path, {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // The arena keeps the largest batch's memory for good.
    enableCpuMemArena: false,
    // 3 = errors: warnings of graph optimisation are of no use to whoever runs the server.
    logSeverityLevel: 3,
  })
  const signature = {
    inputs: signatureOf(session.inputMetadata),
    outputs: signatureOf(session.outputMetadata),
  }
  return {
    signature,
    isAlive: true,
    run: async (inputs) => {
      const feeds: Record<string, OnnxTensor> = {}
      for (const name of Object.keys(inputs)) feeds[name] = toOnnx(inputs[name]!)
      const results = await session.run(feeds)
      const outputs: Record<string, Tensor> = {}
      for (const name of Object.keys(results)) outputs[name] = fromOnnx(results[name]!)
      return outputs
    },
    close: () => session.release(),
  }
}
