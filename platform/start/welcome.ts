import type { Running } from './serve.ts'

const bodyOf = (example: unknown): string =>
  JSON.stringify(example).replaceAll("'", String.raw`'\''`)

/** The first screen: where things are, and one command that answers. */
export const welcome = ({ address, functions, models }: Running): string => {
  const at = (host: string): string => `http://${host}:${address.port}`
  const rows = functions.map(({ model, version, ready }) => {
    const card = models.find((one) => one.card.name === model)?.card
    const state = ready ? '' : '  (not ready: see the log above)'
    return `  ${`${model} ${version}`.padEnd(18)} ${card?.title ?? ''}${state}`
  })
  const shown = models.find(({ card }) => card.name === 'sentiment') ?? models[0]
  const example =
    shown === undefined
      ? []
      : [
          'Try it:',
          `  curl ${at(`${shown.card.name}.localhost`)}/predict -H 'content-type: application/json' \\`,
          `    -d '${bodyOf(shown.definition.example)}'`,
          '',
        ]
  return [
    '',
    `Inlet is ready at ${at('localhost')}`,
    '',
    `  playground         ${at('localhost')}/`,
    `  API reference      ${at('localhost')}/docs`,
    `  API                ${at('localhost')}/api/v1/models`,
    `  metrics            ${at('localhost')}/metrics`,
    '',
    `Each model answers at ${at('<model>.localhost')}/predict:`,
    ...rows,
    '',
    ...example,
    'Stop with Ctrl+C. Settings: docs/DEPLOYMENT.md',
    '',
  ].join('\n')
}
