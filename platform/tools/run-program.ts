import { spawn } from 'node:child_process'

const INSTALL: Record<string, string> = {
  docker: 'https://docs.docker.com/engine/install/',
  kind: 'https://kind.sigs.k8s.io/docs/user/quick-start/#installation',
  kubectl: 'https://kubernetes.io/docs/tasks/tools/',
}

/** A program that is missing, or that ended with another code than 0; `detail` is what it said. */
export class ProgramError extends Error {
  readonly program: string
  readonly isMissing: boolean
  readonly detail: string

  constructor(program: string, args: readonly string[], detail: string, isMissing: boolean) {
    super(
      isMissing
        ? `${program} is not installed. Install it: ${INSTALL[program] ?? program}`
        : `${program} failed: ${detail || 'it did not say why'}\n  called: ${program} ${args.join(' ')}`,
    )
    this.program = program
    this.isMissing = isMissing
    this.detail = detail
  }
}

/** Runs a program to its end and answers what it printed. Throws ProgramError. */
export const runProgram = (
  program: string,
  args: readonly string[],
  input: string | null = null,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const printed: Buffer[] = []
    const complained: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => complained.push(chunk))
    child.on('error', (cause: NodeJS.ErrnoException) => {
      reject(new ProgramError(program, args, cause.message, cause.code === 'ENOENT'))
    })
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(printed).toString('utf8'))
      else {
        const detail = Buffer.concat(complained).toString('utf8').trim()
        reject(new ProgramError(program, args, detail, false))
      }
    })
    // A program that ends without reading its input has said why on stderr.
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
  })
