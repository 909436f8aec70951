import { getTableColumns, sql } from 'drizzle-orm'
import type { EncodedRecord } from '#platform/runtime/recorder/encoded-record.ts'
import type { PredictionSink, WriteOutcome } from '#platform/runtime/recorder/sink.ts'
import type { Database } from './database.ts'
import { codeOf, DatabaseError, withCodeOnly } from './errors.ts'
import { findOrAddModelVersion } from './model-versions.ts'
import { predictions } from './schema.ts'

/**
 * SQLSTATE classes that mean the rows and not the server: 22 data exception, 23 integrity constraint violation,
 * 54 program limit exceeded (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const DATA_ERROR = /^(22|23|54)[0-9A-Z]{3}$/

const FOREIGN_KEY_VIOLATION = '23503'

/**
 * Writes records in one statement, each at most once by its id. Rows that the database refuses for their data
 * are found by halving, and do not keep their neighbours out.
 * `write` throws DatabaseError when the database fails; writing the same records again is safe.
 */
export const createPredictionSink = (database: Database): PredictionSink => {
  const versionIds = new Map<string, number>()

  const versionIdOf = async ({ model, version }: EncodedRecord): Promise<number> => {
    const key = `${model}/${version}`
    const id = versionIds.get(key) ?? (await findOrAddModelVersion(database, model, version))
    versionIds.set(key, id)
    return id
  }

  const insert = async (rows: Row[]): Promise<WriteOutcome> => {
    try {
      const inserted = await insertion(database, rows)
      const written = new Set(inserted.map(({ id }) => id))
      const conflicts = rows.map(({ id }) => id).filter((id) => !written.delete(id))
      return { written: inserted.length, conflicts, refused: [] }
    } catch (thrown) {
      const code = codeOf(thrown)
      // A version was deleted since its id was kept: the next attempt asks again.
      if (code === FOREIGN_KEY_VIOLATION) versionIds.clear()
      if (code === FOREIGN_KEY_VIOLATION || !DATA_ERROR.test(code)) throw new DatabaseError(code)
      const [first] = rows
      if (rows.length === 1 && first !== undefined) {
        return { written: 0, conflicts: [], refused: [{ id: first.id, code }] }
      }
      const middle = rows.length >> 1
      return join(await insert(rows.slice(0, middle)), await insert(rows.slice(middle)))
    }
  }

  return {
    write: async (records) => {
      const rows: Row[] = []
      for (const record of records) {
        rows.push(rowOf(record, await withCodeOnly(() => versionIdOf(record))))
      }
      return rows.length === 0 ? { written: 0, conflicts: [], refused: [] } : insert(rows)
    },
  }
}

/** `json` is an object of SQL's column names. */
type Row = { id: string; json: string }

const rowOf = (record: EncodedRecord, modelVersionId: number): Row => {
  const { model: _, version: __, input, output, ...rest } = record
  const plain = JSON.stringify({
    id: rest.id,
    model_version_id: modelVersionId,
    revision: rest.revision,
    confidence: rest.confidence,
    processing_time_ms: rest.processingTimeMs,
    status: rest.status,
    error_code: rest.errorCode,
    request_id: rest.requestId,
    trace_id: rest.traceId,
    created_at: rest.createdAt,
  })
  // Both are JSON text already.
  const json = `${plain.slice(0, -1)},"input_data":${input},"output_data":${output}}`
  return { id: rest.id, json }
}

const COLUMNS = sql.join(
  Object.values(getTableColumns(predictions)).map(({ name }) => sql.identifier(name)),
  sql`, `,
)

/** One parameter however many rows: a list of values takes three times as long, most of it on the event loop. */
const insertion = ({ handle }: Database, rows: Row[]) => {
  const array = `[${rows.map(({ json }) => json).join(',')}]`
  return handle
    .insert(predictions)
    .select(
      sql`select ${COLUMNS} from json_populate_recordset(null::${predictions}, ${array}::json)`,
    )
    .onConflictDoNothing({ target: predictions.id })
    .returning({ id: predictions.id })
}

const join = (one: WriteOutcome, other: WriteOutcome): WriteOutcome => ({
  written: one.written + other.written,
  conflicts: [...one.conflicts, ...other.conflicts],
  refused: [...one.refused, ...other.refused],
})
