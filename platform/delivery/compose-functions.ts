import path from 'node:path'
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'
import { modelFolders, readModel, type Model } from '#platform/runtime/read-models.ts'
import { tagOf } from '#platform/runtime/model-card.ts'

const TEMPLATE = path.resolve(import.meta.dirname, '../deploy/compose/function.yaml')

const knativeService = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.tuple([
          z.object({
            resources: z.object({ limits: z.object({ memory: z.string().regex(/^\d+[MG]i$/) }) }),
          }),
        ]),
      }),
    }),
  }),
})

/** Compose writes powers of 1,024 without the i. */
const memoryOf = async ({ folder }: Model): Promise<string> => {
  const text = await readFile(path.join(folder, 'service.yaml'), 'utf8')
  const { spec } = knativeService.parse(parse(text))
  return spec.template.spec.containers[0].resources.limits.memory.replace('i', '').toLowerCase()
}

const serviceOf = (model: Model, version: string, image: string, memory: string) => {
  const { name, default_version: usual } = model.card
  const tagged = `${tagOf(version)}-${name}`
  // The hosts that the gateway asks for, as a cluster has them: the model, and each version by its tag.
  const host = version === usual ? name : tagged
  return {
    host,
    service: {
      extends: { file: TEMPLATE, service: 'function' },
      image,
      environment: { MODEL_VERSION: version },
      depends_on: { grants: { condition: 'service_completed_successfully' } },
      networks: { database: {}, inside: { aliases: ['functions', tagged] } },
      volumes: [`${host}:/home/nonroot`],
      mem_limit: memory,
    },
  }
}

/**
 * What compose.yaml does not say: one service for each version of each model under `directory`, and the images
 * of what is built here. Throws when a model has no image.
 */
export const composeFunctions = async (
  directory: string,
  images: ReadonlyMap<string, string>,
): Promise<object> => {
  const imageOf = (name: string): string => {
    const image = images.get(name)
    if (image === undefined) throw new Error(`there is no image of ${name}`)
    return image
  }
  const gateway = { image: imageOf('gateway') }
  const services: Record<string, object> = { gateway, migrate: gateway }
  const volumes: Record<string, object> = {}
  for (const model of await Promise.all((await modelFolders(directory)).map(readModel))) {
    const memory = await memoryOf(model)
    for (const version of Object.keys(model.card.versions)) {
      const image = imageOf(model.card.name)
      const { host, service } = serviceOf(model, version, image, memory)
      services[host] = service
      volumes[host] = {}
    }
  }
  return { services, volumes }
}
