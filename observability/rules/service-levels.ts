import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { METRICS } from '../metrics.ts'

/** Burn rates that alert; the fastest must be possible: with every request failing it is 1 / (1 - objective). */
export const FASTEST_BURN = 14.4

/** What a service level is of, by status: the caller's own mistakes count in neither, and what is refused is quick. */
export const COUNTED = 'status!~"4.."'
export const FAILED = 'status=~"5.."'
export const ANSWERED = 'status=~"2.."'

const bounds: readonly number[] = METRICS.apiDuration.buckets

const objective = z
  .number()
  .min(1 - 1 / FASTEST_BURN, { error: 'below 0.931 no outage would burn fast enough to page' })
  .lt(1, { error: 'an objective of 1 leaves nothing to spend' })
const availability = z.strictObject({ objective })
const latency = z.strictObject({
  objective,
  seconds: z
    .number()
    .refine((value) => bounds.includes(value), { error: `must be one of ${bounds.join(', ')}` }),
})

const serviceLevels = z.strictObject({
  // What Prometheus keeps, less a day.
  budget_days: z.int().min(1).max(7),
  least_requests: z.int().min(1),
  default: z.strictObject({ availability, latency }),
  models: z.record(
    z.string().regex(/^[a-z0-9-]+$/),
    z.strictObject({ availability: availability.optional(), latency: latency.optional() }),
  ),
})

export type ServiceLevels = z.infer<typeof serviceLevels>

const FILE = path.resolve(import.meta.dirname, '../service-levels.yaml')

/** Throws what does not fit, field by field. */
export const parseServiceLevels = (text: string): ServiceLevels => {
  const parsed = serviceLevels.safeParse(parse(text))
  if (parsed.success) return parsed.data
  throw new Error(`service-levels.yaml does not fit:\n${z.prettifyError(parsed.error)}`)
}

export const readServiceLevels = (): ServiceLevels => parseServiceLevels(readFileSync(FILE, 'utf8'))
