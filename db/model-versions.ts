import { and, eq, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { withCodeOnly } from './errors.ts'
import { models, modelVersions } from './schema.ts'

export type ModelVersion = {
  model: string
  description: string
  version: string
  /** Path of model.onnx within the repository. */
  artifactPath: string
}

/**
 * Writes what serves predictions now, or brings its row up to date, and marks it active.
 * Any number of processes may do so at once. Returns the version's id. Throws DatabaseError.
 */
export const registerModelVersion = (
  { handle }: Database,
  { model, description, version, artifactPath }: ModelVersion,
): Promise<number> =>
  withCodeOnly(async () => {
    const [{ id: modelId } = missing()] = await handle
      .insert(models)
      .values({ name: model, description })
      .onConflictDoUpdate({ target: models.name, set: { description } })
      .returning({ id: models.id })
    const [{ id } = missing()] = await handle
      .insert(modelVersions)
      .values({ modelId, version, artifactPath })
      .onConflictDoUpdate({
        target: [modelVersions.modelId, modelVersions.version],
        set: { artifactPath, isActive: true },
      })
      .returning({ id: modelVersions.id })
    return id
  })

/**
 * The id of a version, written without its description and path when nobody registered it yet: a record
 * outlives the process that made it, and must find its version. Throws the driver's errors.
 */
export const findOrAddModelVersion = async (
  { handle }: Database,
  model: string,
  version: string,
): Promise<number> => {
  const find = () =>
    handle
      .select({ id: modelVersions.id })
      .from(modelVersions)
      .innerJoin(models, eq(models.id, modelVersions.modelId))
      .where(and(eq(models.name, model), eq(modelVersions.version, version)))
  const [found] = await find()
  if (found !== undefined) return found.id
  await handle.insert(models).values({ name: model }).onConflictDoNothing()
  await handle
    .insert(modelVersions)
    .values({ modelId: sql`(select id from models where name = ${model})`, version })
    .onConflictDoNothing()
  const [{ id } = missing()] = await find()
  return id
}

export type ListedModelVersion = ModelVersion & { isActive: boolean; createdAt: Date }

/** Every version that was ever registered, by model and age. Throws DatabaseError. */
export const listModelVersions = ({ handle }: Database): Promise<ListedModelVersion[]> =>
  withCodeOnly(() =>
    handle
      .select({
        model: models.name,
        description: models.description,
        version: modelVersions.version,
        artifactPath: modelVersions.artifactPath,
        isActive: modelVersions.isActive,
        createdAt: modelVersions.createdAt,
      })
      .from(modelVersions)
      .innerJoin(models, eq(models.id, modelVersions.modelId))
      .orderBy(models.name, modelVersions.id),
  )

const missing = (): never => {
  throw new Error('The database returned no row')
}
