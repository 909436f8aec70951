/** `make dashboards`: the dashboards' panels as pages, for people without Grafana. */
import { parseArgs } from 'node:util'
import { readStatusConfig } from '#platform/config.ts'
import { DeliveryError } from '#platform/delivery/delivery-error.ts'
import { runTool } from '#platform/delivery/run-tool.ts'
import { drawDashboards, UnknownModelError } from '#observability/dashboards/draw.ts'
import { PrometheusError } from '#observability/prometheus-api.ts'
import { findPrometheus } from './find-prometheus.ts'

const HELP = `Draws the dashboards' panels from a Prometheus, a page for each, for people without Grafana.

  make dashboards [PROMETHEUS=address]
  npm run dashboards:draw -- [address of Prometheus] [options]

  --minutes 60          time range up to now
  --scrape 5            seconds between its scrapes
  --model sentiment     the model of A/B, and of the others instead of all
  --out .inlet/dashboards

Without an address: PROMETHEUS_URL, else the cluster's, else the one on PROMETHEUS_PORT (9090)
`

const readWords = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: 'string', default: '60' },
        scrape: { type: 'string', default: '5' },
        model: { type: 'string' },
        out: { type: 'string', default: '.inlet/dashboards' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (cause) {
    // What follows tells how to write words that begin with a dash.
    const [problem] = (cause as Error).message.split(/\.\s/)
    throw new DeliveryError(`${problem}; npm run dashboards:draw -- --help lists what there is.`)
  }
}

const wholeNumber = (option: string, text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new DeliveryError(`${option} must be a whole number from 1, was "${text}".`)
}

const checkAddress = (address: string): string => {
  if (/^https?:\/\//.test(address) && URL.canParse(address)) return address
  throw new DeliveryError(
    `"${address}" is no address of a Prometheus: write it like http://localhost:9090.`,
  )
}

const forPeople = (thrown: unknown): unknown => {
  if (thrown instanceof UnknownModelError) return new DeliveryError(thrown.message)
  if (thrown instanceof PrometheusError) {
    return new DeliveryError(
      `${thrown.message}\nStart one with make monitoring, or name another: make dashboards PROMETHEUS=http://localhost:9090`,
    )
  }
  const { syscall, message } = thrown as NodeJS.ErrnoException
  return syscall === undefined ? thrown : new DeliveryError(`--out cannot be written: ${message}`)
}

await runTool(async () => {
  const { values, positionals } = readWords()
  if (values.help) return console.log(HELP)
  const [given, ...more] = positionals
  if (more.length > 0) throw new DeliveryError(`One address is enough, was also: ${more.join(' ')}`)
  const drawing = {
    minutes: wholeNumber('--minutes', values.minutes),
    scrape: wholeNumber('--scrape', values.scrape),
    model: values.model,
    out: values.out,
    address: checkAddress(given ?? (await findPrometheus(readStatusConfig())).prometheus),
  }
  try {
    for await (const file of drawDashboards(drawing)) console.log(file)
  } catch (thrown) {
    throw forPeople(thrown)
  }
})
