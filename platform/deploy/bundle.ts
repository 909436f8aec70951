/**
 * Makes what an image runs: `node platform/deploy/bundle.ts platform <folder>`, or `… <model> <folder>`.
 * The bundle keeps the tree's paths. It loads in two thirds of the time of the sources and needs of
 * node_modules only what is native.
 */
import path from 'node:path'
import { build, type Plugin } from 'rolldown'

const root = path.resolve(import.meta.dirname, '../..')

/** Not in the bundle: native code, the embedded database (no image has it), and what handlers share with the platform. */
const EXTERNAL = [/^onnxruntime-node$/, /^@electric-sql\/pglite/, /^#runtime$/]

/** Every file of a bundle lies two folders deep, so that a module's own place can be told from any of them. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  transform: (code, id) => {
    if (!id.startsWith(root) || id.includes('node_modules')) return null
    const folder = path.relative(root, path.dirname(id))
    return code
      .replaceAll('import.meta.dirname', `new URL('../../${folder}', import.meta.url).pathname`)
      .replaceAll(
        /new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)/g,
        `new URL('../../${folder}/$1.js', import.meta.url)`,
      )
  },
}

const bundle = (entries: readonly string[], directory: string) =>
  build({
    cwd: root,
    input: Object.fromEntries(entries.map((entry) => [entry.replace(/\.[jt]s$/, ''), entry])),
    platform: 'node',
    external: EXTERNAL,
    plugins: [keepPlaces],
    logLevel: 'warn',
    output: {
      dir: directory,
      entryFileNames: '[name].js',
      chunkFileNames: 'platform/chunks/[name]-[hash].js',
    },
  })

const [what = '', directory = ''] = process.argv.slice(2)
if (what === '' || directory === '') {
  console.error('Usage: node platform/deploy/bundle.ts platform|<model> <folder>')
  process.exit(1)
}
await bundle(
  what === 'platform'
    ? [
        'platform/start/main.js',
        'platform/start/health-check.ts',
        'platform/runtime/index.ts',
        'platform/runtime/infer-worker.ts',
      ]
    : [`functions/${what}/handler.ts`],
  path.resolve(directory),
)
