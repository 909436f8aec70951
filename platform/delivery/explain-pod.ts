import type { Cause } from './cause.ts'
import { conditionOf, isTrue, type KubernetesObject } from './kubernetes-objects.ts'

type ContainerState = {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt?: string }
  terminated?: { reason?: string; exitCode: number; message?: string }
}

type ContainerStatus = {
  name: string
  image?: string
  ready: boolean
  restartCount: number
  state?: ContainerState
  lastState?: ContainerState
}

type Pod = KubernetesObject & {
  spec: { restartPolicy?: string; containers: { name: string; image: string }[] }
  status?: {
    phase?: string
    containerStatuses?: ContainerStatus[]
    initContainerStatuses?: ContainerStatus[]
  }
}

/** Longer than pods that go give their place back, and than nodes take to join. */
const UNSCHEDULABLE_SECONDS = 20
/** Models load in a second or two; on a machine that starts everything at once in some more. */
const UNREADY_SECONDS = 60
/** After that long a look at the log is worth it: an error there will not go away. */
const SUSPICIOUS_SECONDS = 5
const LOG_LINES = 3

const IMAGE = /^(ImagePullBackOff|ErrImageNeverPull|InvalidImageName)$/

const lastLines = (text: string): string => text.trim().split('\n').slice(-LOG_LINES).join('\n')

const secondsSince = (time: string | undefined, now: Date): number =>
  time === undefined ? 0 : (now.getTime() - new Date(time).getTime()) / 1000

const explainContainer = (
  pod: Pod,
  container: ContainerStatus,
  log: string | undefined,
): Cause | null => {
  const { name, state, lastState, restartCount } = container
  const image = pod.spec.containers.find((one) => one.name === name)?.image ?? container.image
  const object = `Pod ${pod.metadata.name}, container ${name}`
  const waiting = state?.waiting
  const ended = state?.terminated ?? lastState?.terminated
  if (waiting?.reason !== undefined && IMAGE.test(waiting.reason)) {
    return {
      object,
      reason: `${waiting.reason}: the node cannot get the image ${image}`,
      remedy:
        image?.startsWith('dev.local/') === true
          ? 'make deploy builds this image and loads it into the nodes; a name of your own must be loaded with kind load docker-image'
          : 'See that the registry has this image and that the nodes reach it, or load it: kind load docker-image',
      isFinal: true,
    }
  }
  if (waiting?.reason === 'CreateContainerConfigError') {
    return {
      object,
      reason: waiting.message ?? waiting.reason,
      remedy:
        'make deploy writes the Secrets of the namespace when they are absent; other objects are yours to make',
      isFinal: true,
    }
  }
  if (ended === undefined || ended.exitCode === 0) return null
  const isLoop = waiting?.reason === 'CrashLoopBackOff'
  const words = lastLines(ended.message ?? log ?? '')
  const said = words === '' ? '' : `: ${words}`
  // A Job may meet a network that does not know it yet; whatever else crashes twice in a row goes on crashing.
  const restarts = pod.spec.restartPolicy === 'Always' ? 1 : 3
  const isMemory = ended.reason === 'OOMKilled'
  const times = restartCount === 0 ? 'ended' : `ended ${restartCount + 1} times, the last`
  return {
    object,
    reason: isMemory
      ? 'used more memory than its limit and was killed'
      : `the program ${times} with code ${ended.exitCode}${said}`,
    remedy: isMemory
      ? 'Raise resources.limits.memory, or lower what it holds at once (containerConcurrency, MAX_QUEUE_ROWS)'
      : `Set right what it complains of (docs/DEPLOYMENT.md lists all settings); its whole log: kubectl -n inlet logs ${pod.metadata.name} -c ${name}${restartCount > 0 ? ' --previous' : ''}`,
    isFinal: isMemory || (isLoop && restartCount >= restarts),
  }
}

/** The last line of a log in JSON that is an error, as words. */
const errorInLog = (log: string): string | null => {
  for (const line of log.trim().split('\n').toReversed()) {
    try {
      const { level, msg, reason } = JSON.parse(line) as Record<string, string>
      if (level !== 'error' && level !== 'fatal') continue
      return [msg, reason].filter((one) => one !== undefined).join(': ')
    } catch {
      // A line that is no JSON is no log line of ours.
    }
  }
  return null
}

const explainUnready = (pod: Pod, now: Date, log: string | undefined): Cause | null => {
  const unready = pod.status?.containerStatuses?.find(
    ({ ready, state, name }) => !ready && state?.running !== undefined && name !== 'queue-proxy',
  )
  // Knative's readiness is the proxy's, which asks the function; the function itself counts as ready.
  const running =
    unready ?? pod.status?.containerStatuses?.find(({ ready, state }) => !ready && state?.running)
  if (running === undefined) return null
  const container = unready?.name ?? pod.spec.containers[0]?.name ?? running.name
  const seconds = secondsSince(running.state?.running?.startedAt, now)
  if (seconds < SUSPICIOUS_SECONDS) return null
  const error = log === undefined ? null : errorInLog(log)
  return {
    object: `Pod ${pod.metadata.name}, container ${container}`,
    reason: error ?? `runs for ${Math.round(seconds)} s and is not ready`,
    remedy: `Set right what it says of itself: kubectl -n inlet logs ${pod.metadata.name} -c ${container}`,
    isFinal: error !== null || seconds > UNREADY_SECONDS,
  }
}

/**
 * Why one pod is not ready, or null while nothing speaks against it. `unmounted` is what the cluster says
 * of a volume that it cannot give the pod, `log` the end of its log.
 */
export const explainPod = (
  object: KubernetesObject,
  unmounted: string | undefined,
  now: Date,
  log: string | undefined,
): Cause | null => {
  const pod = object as Pod
  if (isTrue(pod, 'Ready') || pod.status?.phase === 'Succeeded') return null
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status === 'False') {
    return {
      object: `Pod ${pod.metadata.name}`,
      reason: `no node takes it: ${scheduled.message ?? scheduled.reason}`,
      remedy:
        'Lower resources.requests or the node selector, stop something else, or add a node; docker needs the CPU and memory that the nodes promise',
      isFinal: secondsSince(scheduled.lastTransitionTime, now) > UNSCHEDULABLE_SECONDS,
    }
  }
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {}
  for (const container of [...initContainerStatuses, ...containerStatuses]) {
    const cause = explainContainer(pod, container, log)
    if (cause !== null) return cause
  }
  if (unmounted !== undefined && pod.status?.phase === 'Pending') {
    return {
      object: `Pod ${pod.metadata.name}`,
      reason: unmounted,
      remedy: 'Make the volume, Secret or ConfigMap that it names, then deploy again',
      isFinal: false,
    }
  }
  return explainUnready(pod, now, log)
}
