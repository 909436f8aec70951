// The least that a Node function can be: what its start takes is Node's and the cluster's share of a wake-up.
import { createServer } from 'node:http'

const started = performance.now()
createServer((_request, response) => {
  response.setHeader('server-timing', `start-runtime;dur=${started.toFixed(0)}`)
  response.end('hello\n')
}).listen(Number(process.env['PORT']))
