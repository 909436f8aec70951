import { InletError } from './errors.ts'

/** The class of an error and the line that threw it; a message that looks like a line is cut off first. */
const placeOf = ({ name, message, stack = '' }: Error): string => {
  const lines = stack.slice(stack.indexOf(message) + message.length).split('\n')
  const place = lines.find((line) => line.trimStart().startsWith('at '))?.trim() ?? ''
  return `${name} ${place}`.trim()
}

/**
 * Runs a handler's step. What it throws may quote its input, so the log gets the error's class and place only;
 * an InletError was written for the caller and stays as it is.
 */
export const withoutMessage = <Result>(step: () => Result): Result => {
  try {
    return step()
  } catch (thrown) {
    if (thrown instanceof InletError) throw thrown
    // The log writes the innermost cause.
    // oxlint-disable-next-line eslint/preserve-caught-error
    throw new Error(thrown instanceof Error ? placeOf(thrown) : 'not an error was thrown')
  }
}
