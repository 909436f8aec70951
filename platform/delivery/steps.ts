/** Prints each step of a tool: its name, the time that it took, and what it says of itself. */
export const createSteps = (print: (line: string) => void = console.log) => {
  const start = performance.now()
  const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1)

  const run = async <Value>(
    name: string,
    step: (say: (words: string) => void) => Promise<Value>,
  ): Promise<Value> => {
    const began = performance.now()
    let said = 'failed'
    try {
      return await step((words) => {
        said = words
      })
    } finally {
      print(`${name.padEnd(12)} ${seconds(began).padStart(6)} s  ${said}`)
    }
  }
  return { run, total: () => seconds(start) }
}
