import { describe, expect, it } from 'vitest'
import type { Database } from '../database.ts'
import { listModelVersions, registerModelVersion } from '../model-versions.ts'

const IRIS = {
  model: 'iris',
  description: 'Species of iris flowers',
  version: '1.0.0',
  artifactPath: 'functions/iris/versions/1.0.0/model.onnx',
}

export const describeModelVersions = (database: () => Database): void => {
  describe('model versions', () => {
    it('are registered once, however often a process starts', async () => {
      const first = await registerModelVersion(database(), IRIS)
      expect(await registerModelVersion(database(), IRIS)).toBe(first)
      expect(await listModelVersions(database())).toEqual([
        { ...IRIS, isActive: true, createdAt: expect.any(Date) },
      ])
    })

    it('take the latest description and path', async () => {
      const id = await registerModelVersion(database(), IRIS)
      const moved = { ...IRIS, description: 'Flowers', artifactPath: 'elsewhere/model.onnx' }
      expect(await registerModelVersion(database(), moved)).toBe(id)
      expect(await listModelVersions(database())).toMatchObject([moved])
    })

    it('of one model share its row', async () => {
      await registerModelVersion(database(), IRIS)
      await registerModelVersion(database(), { ...IRIS, version: '2.0.0' })
      const listed = await listModelVersions(database())
      expect(listed.map(({ model, version }) => `${model} ${version}`)).toEqual([
        'iris 1.0.0',
        'iris 2.0.0',
      ])
    })

    it('may be registered by several processes at once', async () => {
      const ids = await Promise.all(
        Array.from({ length: 8 }, () => registerModelVersion(database(), IRIS)),
      )
      expect(new Set(ids).size).toBe(1)
    })
  })
}
