import { ReadableStream } from 'node:stream/web'
import { InletError, toInletError } from '#platform/runtime/errors.ts'

/**
 * Passes a stream on and tells once how it ended: read to its end, by an error, or by `cancelled` when its reader
 * went away, which ends the reading.
 */
export const watchStreamEnd = (
  stream: ReadableStream,
  ended: (error?: InletError) => void,
): ReadableStream => {
  const reader = stream.getReader()
  let isCancelled = false
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read()
        // Cancelling ends a read that was under way.
        if (isCancelled) return
        if (!done) return controller.enqueue(value)
        controller.close()
        ended()
      } catch (thrown) {
        controller.error(thrown)
        ended(toInletError(thrown))
      }
    },
    cancel: (reason) => {
      isCancelled = true
      ended(new InletError('cancelled'))
      return reader.cancel(reason)
    },
  })
}
