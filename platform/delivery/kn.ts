import type { TrafficTarget } from './kubernetes-objects.ts'
import { NAMESPACE } from './kubectl.ts'
import { ProgramError, runProgram } from '#platform/tools/run-program.ts'

const revisionOf = ({ revisionName, latestRevision }: TrafficTarget): string =>
  latestRevision === true ? '@latest' : (revisionName ?? '')

/**
 * The flags of `kn service update` that turn one traffic into another.
 * Not `--annotation-service`: kn takes it for a change of the template and makes a new Revision.
 */
export const knFlags = (from: readonly TrafficTarget[], to: readonly TrafficTarget[]): string[] => {
  const isIn = (traffic: readonly TrafficTarget[], { tag, ...one }: TrafficTarget): boolean =>
    traffic.some((other) => other.tag === tag && revisionOf(other) === revisionOf(one))
  const flag = (name: string, values: readonly string[]): string[] =>
    values.length === 0 ? [] : [`--${name}`, values.join(',')]
  const tagged = (traffic: readonly TrafficTarget[]) =>
    traffic.filter(({ tag }) => tag !== undefined && tag !== '')
  return [
    ...flag(
      'untag',
      tagged(from)
        .filter((one) => !isIn(to, one))
        .map(({ tag }) => tag!),
    ),
    ...flag(
      'tag',
      tagged(to)
        .filter((one) => !isIn(from, one))
        .map((one) => `${revisionOf(one)}=${one.tag}`),
    ),
    ...flag(
      'traffic',
      to
        .filter(({ percent = 0 }) => percent > 0)
        .map((one) => `${one.tag ?? revisionOf(one)}=${one.percent}`),
    ),
  ]
}

/** Whether `kn` is on the PATH. */
export const hasKn = async (): Promise<boolean> => {
  try {
    await runProgram('kn', ['version'])
    return true
  } catch (thrown) {
    if (thrown instanceof ProgramError && thrown.isMissing) return false
    throw thrown
  }
}

/** `kn service update`, which waits until the Service is ready. Throws ProgramError. */
export const updateWithKn = async (
  cluster: string,
  service: string,
  from: readonly TrafficTarget[],
  to: readonly TrafficTarget[],
): Promise<void> => {
  const where = ['--context', `kind-${cluster}`, '--namespace', NAMESPACE]
  await runProgram('kn', [
    'service',
    'update',
    service,
    ...where,
    '--no-wait',
    ...knFlags(from, to),
  ])
}
