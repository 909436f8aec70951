import { writeSync } from 'node:fs'
import { openDatabase } from '../client.ts'
import { createPredictionSink } from '../prediction-sink.ts'
import { encodedRecordWith } from './records.ts'

// Writes batches of 1 to 40 rows into the folder named by the first parameter, and prints each id once its row is
// committed, until it is killed.
const [, , directory = ''] = process.argv
const database = await openDatabase({
  url: '',
  directory,
  poolSize: 1,
  migrate: 'start',
  address: 'http://localhost',
})
const sink = createPredictionSink(database)
for (let batch = 0; ; batch += 1) {
  const records = Array.from({ length: 1 + ((batch * 7) % 40) }, () => encodedRecordWith())
  await sink.write(records)
  writeSync(1, records.map(({ id }) => `${id}\n`).join(''))
}
