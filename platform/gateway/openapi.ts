import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi'
import type { Route } from './route.ts'
import { problem } from './schemas.ts'

/** The OpenAPI 3.1 document of the gateway's routes, made from the schemas that validate them. */
export const createOpenApiDocument = (routes: readonly Route[], version: string) => {
  const registry = new OpenAPIRegistry()
  for (const route of routes) {
    const { method, path, summary, tag, request, answer, status = 200, problems } = route
    const { answerType = 'application/json' } = route
    const responses: Parameters<typeof registry.registerPath>[0]['responses'] = {
      [status]: {
        description: answer === undefined ? 'Done' : 'The answer',
        ...(answer !== undefined && { content: { [answerType]: { schema: answer } } }),
      },
    }
    for (const [code, description] of Object.entries(problems)) {
      const content = { 'application/problem+json': { schema: problem } }
      responses[code] = { description, content }
    }
    registry.registerPath({
      method,
      path: path.replaceAll(/:(\w+)/g, '{$1}'),
      summary,
      tags: [tag],
      request: {
        ...(request.params !== undefined && { params: request.params }),
        ...(request.query !== undefined && { query: request.query }),
        ...(request.body !== undefined && {
          body: {
            required: true,
            content: {
              'application/json': {
                schema: request.body,
                ...(request.examples !== undefined && { examples: request.examples }),
              },
            },
          },
        }),
      },
      responses,
    })
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Inlet',
      version,
      description: 'One API over every model: predictions, and the log of every prediction.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
  })
}
