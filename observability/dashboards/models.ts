import type { DashboardSource } from './grafana/panel.ts'
import { MODEL, REVISION, VERSION } from './grafana/variables.ts'
import { confidence } from './sections/confidence.ts'
import { latency } from './sections/latency.ts'
import { now } from './sections/now.ts'
import { quality } from './sections/quality.ts'
import { resources } from './sections/resources.ts'
import { traffic } from './sections/traffic.ts'

/** Whether the models are well. */
export const models: DashboardSource = {
  name: 'models',
  title: 'Models',
  description: 'Traffic, errors, latency, confidence, drift, accuracy and resources of each model.',
  variables: [MODEL, VERSION, REVISION],
  sections: [now, traffic, latency, confidence, quality, resources],
}
