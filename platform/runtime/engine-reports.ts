/**
 * Before the first session: onnxruntime reports its use to its maker unless this variable is set
 * (https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md), and what serves other people's inputs
 * calls nobody. In the main thread: a worker's environment is a copy that native code does not see.
 */
export const stopEngineReports = (): void => {
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
}
