import type { z } from 'zod'
import { tagOf } from '#platform/runtime/model-card.ts'
import type { Model } from '#platform/runtime/read-models.ts'
import type { Route, RouteOptions } from '../route.ts'
import * as schemas from '../schemas.ts'

const describe = ({ card, definition }: Model): z.infer<typeof schemas.modelDescription> => ({
  name: card.name,
  title: card.title,
  task: card.task,
  description: card.description,
  aliases: card.aliases,
  default_version: card.default_version,
  versions: Object.entries(card.versions).map(([version, about]) => ({
    version,
    tag: tagOf(version),
    description: about.description,
    labels: about.labels,
    is_default: version === card.default_version,
    quality: about.quality,
  })),
  example: definition.example,
})

/** What can be asked for. */
export const modelRoutes = ({ catalog }: RouteOptions): Route[] => [
  {
    method: 'get',
    path: '/api/v1/models',
    summary: 'Every model with its versions and measured quality',
    tag: 'Models',
    request: {},
    answer: schemas.modelList,
    problems: {},
    handle: async () => ({ models: catalog.models.map(describe) }),
  },
  {
    method: 'get',
    path: '/api/v1/models/:model',
    summary: 'One model with its versions and measured quality',
    tag: 'Models',
    namesModel: true,
    request: { params: schemas.modelPath },
    answer: schemas.modelDescription,
    problems: { 404: 'No such model', 503: 'The model cannot be read' },
    handle: async ({ context, about }) => {
      const model = catalog.find(context.req.param('model') ?? '')
      about({ model: model.card.name })
      return describe(model)
    },
  },
]
