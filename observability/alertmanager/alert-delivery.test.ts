import { afterAll, expect, test, vi } from 'vitest'
import { ALERTMANAGER, needs, PROMETHEUS } from '#platform/testing/needs.ts'
import { listen } from '../testing/programs.ts'
import { startAlertChain } from './testing/alert-chain.ts'

type Notification = {
  receiver: string
  status: 'firing' | 'resolved'
  alerts: {
    status: 'firing' | 'resolved'
    labels: Record<string, string>
    annotations: Record<string, string>
  }[]
}

const prometheus = needs('alerts on their way', 'prometheus', PROMETHEUS)
const alertmanager = needs('alerts on their way', 'alertmanager', ALERTMANAGER)

/** A gateway and a function in one: sound until told otherwise, then ten failures a second. */
const createTarget = () => {
  let failingSince: number | null = null
  let failures = 0
  let isDatabaseUp = true
  const failed = (): number =>
    failures + (failingSince === null ? 0 : Math.round((Date.now() - failingSince) / 100))
  return {
    page: (): string => `# TYPE api_requests_total counter
api_requests_total{endpoint="/api/v1/predict",model_name="iris",status="200"} 0
# TYPE api_errors_total counter
api_errors_total{endpoint="/api/v1/predict",model_name="iris",status="500"} ${failed()}
# TYPE database_up gauge
database_up ${isDatabaseUp ? 1 : 0}
# TYPE prediction_records_queued gauge
prediction_records_queued ${isDatabaseUp ? 0 : 9_999}
`,
    fail: (): void => void (failingSince = Date.now()),
    recover: (): void => {
      failures = failed()
      failingSince = null
    },
    loseDatabase: (): void => void (isDatabaseUp = false),
    findDatabase: (): void => void (isDatabaseUp = true),
  }
}

const within = { timeout: 60_000, interval: 100 }
const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

const setUp = async () => {
  const target = createTarget()
  const scraped = await listen((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end(target.page())
  })
  const notifications: Notification[] = []
  const webhook = await listen((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      notifications.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Notification)
      response.end()
    })
  })
  closing.push(scraped.close, webhook.close)
  const chain = await startAlertChain(
    { prometheus: prometheus!, alertmanager: alertmanager! },
    { target: scraped.port, webhook: webhook.port },
  )
  closing.push(chain.stop)
  /** The first notification of this alert in this state. */
  const arrived = (alertname: string, status: 'firing' | 'resolved') =>
    vi.waitFor(() => {
      for (const { receiver, alerts } of notifications) {
        const found = alerts.find((one) => one.labels['alertname'] === alertname)
        if (found?.status === status) return { receiver, ...found }
      }
      throw new Error(`no ${alertname} ${status} at the webhook\n${chain.output()}`)
    }, within)
  const names = () =>
    notifications.flatMap(({ alerts }) => alerts.map(({ labels }) => labels['alertname']))
  return { target, chain, names, arrived }
}

test.skipIf(prometheus === null || alertmanager === null)(
  'an outage arrives at the webhook, its cause hides what follows from it, and its end arrives too',
  { timeout: 240_000 },
  async () => {
    const { target, chain, names, arrived } = await setUp()
    await vi.waitFor(async () => {
      await chain.alertmanagerIsReady()
      expect(await chain.query('rate(api_errors_total[5s])')).toEqual([0])
    }, within)
    // Until the first scrape there is no gateway.
    expect(names().filter((name) => name !== 'GatewayAway')).toEqual([])

    target.fail()
    expect(await arrived('HighErrorRate', 'firing')).toMatchObject({
      receiver: 'page',
      labels: { model_name: 'iris', severity: 'page' },
      annotations: {
        summary: 'Requests for iris fail',
        description: expect.stringMatching(
          /^\d+\.\d\d requests a second were answered with 5xx/,
        ) as string,
        runbook_url: 'docs/RUNBOOK.md#higherrorrate',
      },
    })

    target.loseDatabase()
    expect(await arrived('DatabaseAway', 'firing')).toMatchObject({
      receiver: 'page',
      annotations: { summary: "The prediction log's database cannot be reached" },
    })
    await vi.waitFor(
      async () => expect(await chain.inhibited()).toEqual(['RecorderBacklog']),
      within,
    )
    expect(names()).not.toContain('RecorderBacklog')

    target.findDatabase()
    target.recover()
    await arrived('DatabaseAway', 'resolved')
  },
)
