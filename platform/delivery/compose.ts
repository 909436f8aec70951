/**
 * `make compose`: everything on this machine's Docker. With other words than `up` it is `docker compose` with the
 * same files: `npm run compose -- logs gateway`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { buildImages } from '#platform/deploy/images.ts'
import { readVersions } from '#platform/deploy/read-versions.ts'
import { runProgram } from '#platform/tools/run-program.ts'
import { composeFunctions } from './compose-functions.ts'
import { createComposeSecrets } from './compose-secrets.ts'
import { DeliveryError } from './delivery-error.ts'
import { runTool } from './run-tool.ts'
import { createSteps } from './steps.ts'

const root = path.resolve(import.meta.dirname, '../..')
const folder = path.join(root, 'platform/deploy')
const SECRETS = path.join(folder, 'compose/.env')
const FUNCTIONS = path.join(folder, 'compose/functions.yaml')
/** Seconds until every service is healthy. */
const PATIENCE = 180

const files = [path.join(folder, 'versions.env'), SECRETS]
  .flatMap((file) => ['--env-file', file])
  .concat([path.join(folder, 'compose.yaml'), FUNCTIONS].flatMap((file) => ['--file', file]))

const compose = async (words: readonly string[]): Promise<void> => {
  const child = spawn('docker', ['compose', ...files, ...words], { stdio: 'inherit' })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new DeliveryError(`docker compose ${words.join(' ')} ended with ${code}`)
}

/** Whether the image is here, or can be pulled. */
const isWithinReach = (image: string): Promise<boolean> =>
  runProgram('docker', ['image', 'inspect', image])
    .catch(() => runProgram('docker', ['pull', '--quiet', image]))
    .then(
      () => true,
      () => false,
    )

const up = async (): Promise<void> => {
  const steps = createSteps()
  await steps.run('images', async (say) => {
    const images = await buildImages()
    const functions = await composeFunctions(path.join(root, 'functions'), images)
    await writeFile(FUNCTIONS, `${JSON.stringify(functions, null, 2)}\n`)
    say(`${images.size} images`)
  })
  const isNew = await createComposeSecrets(SECRETS)
  if (isNew) console.log(`New passwords: ${path.relative(root, SECRETS)}`)
  const { GRAFANA_IMAGE } = await readVersions()
  const profile = await steps.run('grafana', async (say) => {
    const isThere = await isWithinReach(GRAFANA_IMAGE)
    say(isThere ? GRAFANA_IMAGE : `left out: ${GRAFANA_IMAGE} is not to be had`)
    return isThere ? ['--profile', 'grafana'] : []
  })
  await steps.run('services', async (say) => {
    const patience = String(PATIENCE)
    const wait = ['--detach', '--remove-orphans', '--wait', '--wait-timeout', patience]
    await compose([...profile, 'up', ...wait])
    say('all are healthy')
  })
  await compose([...profile, 'ps', '--format', 'table {{.Service}}\t{{.Status}}\t{{.Ports}}'])
}

await runTool(async () => {
  const [command = 'up', ...more] = process.argv.slice(2)
  if (command === 'up' && more.length === 0) return up()
  // Grafana stands in the file whether or not it was started.
  return compose(['--profile', 'grafana', command, ...more])
})
