// Plain JavaScript, so that an older Node can still say what is wrong.
import module from 'node:module'

const NEEDED = 24
const running = Number(process.versions.node.split('.')[0])

if (running < NEEDED) {
  console.error(
    `Inlet needs Node ${NEEDED} or newer and this is ${process.versions.node}: run \`npm start\`, which brings its own, or install Node ${NEEDED}.`,
  )
  process.exit(1)
}
performance.mark('runtime')
module.enableCompileCache?.()
const { start } = await import('./start.ts')
await start()
