import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { watchDrift } from '#platform/runtime/drift/watch-drift.ts'
import { modelFolders, readModel } from '#platform/runtime/read-models.ts'
import { readReferenceSketch } from '#platform/runtime/reference-sketch.ts'
import { startTestFunction } from '#platform/testing/function.ts'

/** Nanoseconds of one call: the least of ten rounds, for others use this machine as well. */
const measure = (call: () => void, calls: number): number => {
  const rounds = Array.from({ length: 10 }, () => {
    const start = performance.now()
    for (let index = 0; index < calls; index++) call()
    return ((performance.now() - start) / calls) * 1e6
  })
  return Math.round(Math.min(...rounds))
}

/** What drift costs after the answer to each model's example, and at each scrape. */
const functions = path.resolve(import.meta.dirname, '../functions')
for (const folder of await modelFolders(functions)) {
  const { card, definition } = await readModel(folder)
  for (const [version, { files }] of Object.entries(card.versions)) {
    if (!('reference.json' in files)) continue
    const file = path.join(folder, 'versions', version, 'reference.json')
    const sketch = readReferenceSketch(JSON.parse(await readFile(file, 'utf8')), file)
    const watch = watchDrift(definition, sketch, 1_000)
    const { predict, close } = await startTestFunction(card.name, version)
    const { body: answer } = await predict(definition.example)
    await close()
    const size = sketch.embedding?.mean.length
    const embeddings = size === undefined ? [] : [new Float32Array(size).fill(1)]
    const prediction = measure(() => watch.count(definition.example, answer, embeddings), 10_000)
    const scrape = measure(() => void watch.scores(), 1_000)
    console.log(`${card.name} ${version}: ${prediction} ns a prediction, ${scrape} ns a scrape`)
  }
}
