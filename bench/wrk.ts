import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { runProgram } from '#platform/tools/run-program.ts'
import { temporaryFolder } from '../platform/testing/temporary-folder.ts'

export type Load = {
  port: number
  host: string
  body: unknown
  connections: number
  seconds: number
}

export type Measured = {
  /** Requests per second. */
  rate: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Answers other than 2xx, and broken connections. */
  errors: number
}

const SCRIPT = `
wrk.method = 'POST'
wrk.headers['content-type'] = 'application/json'
done = function(summary, latency)
  local errors = summary.errors
  print('measured', summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout)
end
`

/** Keep-alive load by wrk on one address of this machine, for a bounded time. */
export const load = async ({ port, host, body, connections, seconds }: Load): Promise<Measured> => {
  const script = path.join(temporaryFolder(), 'post.lua')
  await writeFile(script, `${SCRIPT}wrk.body = [==[${JSON.stringify(body)}]==]\n`)
  const size = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`]
  const target = ['-s', script, '-H', `Host: ${host}`, `http://127.0.0.1:${port}/predict`]
  const printed = await runProgram('wrk', [...size, ...target])
  const line = printed.split('\n').find((one) => one.startsWith('measured'))!
  const [rate = 0, p50 = 0, p99 = 0, errors = 0] = line.split('\t').slice(1).map(Number)
  return { rate, p50, p99, errors }
}
