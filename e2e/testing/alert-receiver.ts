import { createKubectl } from '#platform/delivery/kubectl.ts'
import { getObject, kubectl, NAMESPACE } from './kubectl.ts'
import { CLUSTER_NAME } from './target.ts'
import { until } from './until.ts'

const NAME = 'alert-receiver'
const SECRET = 'inlet-alertmanager'
const PORT = 8080
/** Prints what it is sent, a line each. */
const SCRIPT = `
require('node:http').createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    console.log(Buffer.concat(chunks).toString('utf8'))
    response.end()
  })
}).listen(${PORT})`

const tool = createKubectl(CLUSTER_NAME)

/** The gateway's image: it is on the nodes and has Node in it. */
const pod = (image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: NAME,
    namespace: NAMESPACE,
    labels: { 'app.kubernetes.io/name': NAME, 'inlet.dev/receives-alerts': 'true' },
  },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: NAME,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['/nodejs/bin/node', '--eval', SCRIPT],
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  },
})

const restartAlertmanager = async (): Promise<void> => {
  await kubectl('rollout', 'restart', 'statefulset/alertmanager')
}

/** A webhook in the namespace, and Alertmanager sending to it as docs/RUNBOOK.md says. */
export const startAlertReceiver = async (): Promise<void> => {
  if ((await tool.get('secret', SECRET)) !== null) {
    throw new Error(`The Secret ${SECRET} names a webhook already; this test would replace it`)
  }
  const gateway = await getObject('deployment', 'gateway')
  await tool.apply([pod(gateway.spec.template.spec.containers[0].image as string)])
  const address = await until('the receiver has an address', async () => {
    const { status } = await getObject('pod', NAME)
    return status?.containerStatuses?.[0]?.ready === true && String(status.podIP)
  })
  const webhook = `--from-literal=webhook-url=http://${address}:${PORT}/`
  await kubectl('create', 'secret', 'generic', SECRET, webhook)
  await restartAlertmanager()
  await kubectl('rollout', 'status', 'statefulset/alertmanager', '--timeout=60s')
}

export type Notification = {
  receiver: string
  status: string
  alerts: { status: string; labels: Record<string, string>; annotations: Record<string, string> }[]
}

/** What arrived so far. */
export const receivedAlerts = async (): Promise<Notification[]> =>
  (await kubectl('logs', NAME))
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Notification)

export const removeAlertReceiver = async (): Promise<void> => {
  await kubectl('delete', `pod/${NAME}`, `secret/${SECRET}`, '--ignore-not-found')
  await restartAlertmanager()
}
