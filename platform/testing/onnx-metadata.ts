import { readFile } from 'node:fs/promises'
import protobuf from 'protobufjs/minimal.js'

/** ModelProto.metadata_props of onnx.proto3, and the two fields of each StringStringEntryProto. */
const METADATA_PROPS = 14
const KEY = 1
const VALUE = 2

const field = (tag: number): number => tag >>> 3
const wireType = (tag: number): number => tag & 7

const readEntry = (bytes: Uint8Array): [string, string] => {
  const reader = protobuf.Reader.create(bytes)
  const entry = { key: '', value: '' }
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (field(tag) === KEY) entry.key = reader.string()
    else if (field(tag) === VALUE) entry.value = reader.string()
    else reader.skipType(wireType(tag))
  }
  return [entry.key, entry.value]
}

/**
 * What an ONNX file says of itself, by key; onnxruntime-node has no way to ask. The graph is skipped unread.
 * Throws when the file is not a protocol buffer.
 */
export const readOnnxMetadata = async (file: string): Promise<Record<string, string>> => {
  const reader = protobuf.Reader.create(await readFile(file))
  const entries: [string, string][] = []
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (field(tag) === METADATA_PROPS) entries.push(readEntry(reader.bytes()))
    else reader.skipType(wireType(tag))
  }
  return Object.fromEntries(entries)
}
