import { temporaryFolder } from './temporary-folder.ts'

/** Settings of a test: free ports, a database of its own, no log. */
export const testEnvironment = (
  environment: Record<string, string> = {},
): Record<string, string> => ({
  PORT: '0',
  METRICS_PORT: '0',
  LOG_LEVEL: 'silent',
  DATA_DIRECTORY: environment['DATA_DIRECTORY'] ?? temporaryFolder(),
  ...environment,
})
