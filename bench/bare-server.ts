/**
 * The limit to measure against: node:http and onnxruntime-node with nothing around them. It takes what
 * iris takes and answers the probabilities; no validation, no ids, no metrics, no record, no batching.
 */
import { createServer } from 'node:http'
import { loadModelSession } from '../platform/runtime/model-session.ts'
import { float32, rowsOf } from '../platform/runtime/tensors.ts'

const [model, port] = process.argv.slice(2) as [string, string]
const session = await loadModelSession(model, 1)

createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', async () => {
    const { features } = JSON.parse(Buffer.concat(chunks).toString()) as { features: number[][] }
    const outputs = await session.run({ features: float32(features) })
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ probabilities: rowsOf(outputs, 'probabilities') }))
  })
}).listen(Number(port), '127.0.0.1', () => console.log('listening'))
