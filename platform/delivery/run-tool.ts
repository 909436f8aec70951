import { ConfigError } from '#platform/config.ts'
import { DeliveryError } from './delivery-error.ts'
import { ProgramError } from '#platform/tools/run-program.ts'

const isForPeople = (thrown: unknown): thrown is Error =>
  thrown instanceof DeliveryError || thrown instanceof ProgramError || thrown instanceof ConfigError

/** Runs a command of this folder; what it cannot do it says in words, and ends with 1. */
export const runTool = async (tool: () => Promise<void>): Promise<void> => {
  try {
    await tool()
  } catch (thrown) {
    const reasons = thrown instanceof AggregateError ? (thrown.errors as unknown[]) : [thrown]
    const unknown = reasons.find((reason) => !isForPeople(reason))
    if (unknown !== undefined) throw unknown
    for (const reason of reasons as Error[]) console.error(`\n${reason.message}`)
    process.exitCode = 1
  }
}
