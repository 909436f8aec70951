/**
 * onnxruntime reports its use to its maker unless this variable is set before its first session
 * (https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md). What serves other people's inputs
 * calls nobody. Set in the main thread: a worker's environment is a copy that native code does not see.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1'
