import { afterAll } from 'vitest'
import { readConfig } from '../config.ts'
import { serve } from '../start/serve.ts'
import { call, type Call } from '#platform/tools/local-request.ts'
import { testEnvironment } from './environment.ts'

/** The whole of Inlet in this process, stopped after the file's tests. */
export const startTestServer = async (environment: Record<string, string> = {}) => {
  const running = await serve(readConfig(testEnvironment(environment)))
  let isClosed = false
  const close = async (): Promise<void> => {
    if (isClosed) return
    isClosed = true
    await running.close()
  }
  afterAll(close)
  const { port } = running.address
  return {
    ...running,
    port,
    close,
    call: (request: Omit<Call, 'port'>) => call({ port, ...request }),
  }
}
