import type { z } from 'zod'
import type { Tensors } from './tensors.ts'

/** What a handler may know of the version it serves: its labels and the files beside model.onnx. */
export type VersionAssets = {
  readonly version: string
  readonly labels: readonly string[]
  /** Whether the version's folder holds this file. */
  has(file: string): boolean
  /** The parsed JSON of a file of the version's folder; throws when the card does not list it. */
  json(file: string): unknown
}

/** Tensors for the model, and whatever postprocess needs to remember of the input. */
export type Prepared<Carry> = {
  /** Independent pieces of work, each with one or more rows; the batcher may run them apart. */
  readonly instances: readonly Tensors[]
  readonly carry: Carry
}

/** What postprocess makes of the model's outputs. */
export type Answered<Answer> = {
  readonly answer: Answer
  /** 0 to 1, one per row; none of a model without. */
  readonly confidences: readonly number[]
  /** One per instance: watched for drift. */
  readonly embeddings?: readonly Float32Array[]
}

/** What was said of one instance: a label as the card names it, and how sure that is, 0 to 1. */
export type Outcome = { readonly label: string; readonly confidence: number }

export type FunctionDefinition<Input, Answer, Resources, Carry> = {
  /** Validates the body; makes types and OpenAPI as well. */
  readonly input: z.ZodType<Input>
  /** The answer without identity; makes types and OpenAPI. */
  readonly answer: z.ZodType<Answer>
  /** An input that the documentation and the playground can show. */
  readonly example: Input
  /** Runs once per version, before the first request: tokenizer, vocabulary. */
  setup(assets: VersionAssets): Resources
  /** Pure and synchronous. */
  preprocess(input: Input, resources: Resources): Prepared<Carry>
  /** Pure and synchronous; `outputs[i]` belongs to `instances[i]`. */
  postprocess(outputs: readonly Tensors[], carry: Carry, resources: Resources): Answered<Answer>
  /**
   * Pure and synchronous: what an answer says of each instance, to hold it against what people say and
   * against the version's reference.json. Absent for models without labels.
   */
  outcomes?(answer: Answer): readonly Outcome[]
  /**
   * Pure and synchronous: numbers and names that say what each instance looks like, named as in the
   * version's reference.json. Live ones are held against it; without this only answers are.
   */
  features?(input: Input): readonly Readonly<Record<string, number | string>>[]
}

/** A definition whose types only its own steps know. */
export type AnyFunctionDefinition = FunctionDefinition<unknown, unknown, unknown, unknown>

/** Declares a model's function; the runtime makes a server of it. */
export const defineFunction = <Input, Answer, Resources, Carry>(
  definition: FunctionDefinition<Input, Answer, Resources, Carry>,
): AnyFunctionDefinition => definition
