export type BurnCase = {
  name: string
  /** Values in promtool's notation: one each minute. */
  series: Record<string, string>
  /** Minutes after which it is looked. */
  after: number
  /** Model, service level and long window of each alert that must fire, and no other. */
  firing: [model: string, level: string, window: string][]
}

const MINUTES = 600
/** Requests a minute. */
const RATE = 100

/** What must not make a failure rarer, nor a model: mistakes of callers, other addresses, models that there are not. */
const ASIDE = [
  { model: 'iris', endpoint: '/api/v1/predict', status: 422 },
  { model: 'iris', endpoint: '/api/v1/models/:model', status: 200 },
  { model: 'iris', endpoint: 'other', status: 404 },
  { model: '', endpoint: '/api/v1/predict', status: 500 },
]

const labelsOf = (status: number, model = 'iris', endpoint = '/api/v1/predict'): string =>
  `model_name="${model}", endpoint="${endpoint}", status="${status}"`

const request = (status: number, model?: string, endpoint?: string): string =>
  `api_requests_total{${labelsOf(status, model, endpoint)}}`

/** So many of a hundred requests fail. */
const failing = (percent: number): Record<string, string> => ({
  [request(200)]: `0+${RATE - percent}x${MINUTES}`,
  [request(500)]: `0+${percent}x${MINUTES}`,
  ...Object.fromEntries(
    ASIDE.map(({ model, endpoint, status }) => [
      request(status, model, endpoint),
      `0+${50 * RATE}x${MINUTES}`,
    ]),
  ),
})

const duration = (labels: string, all: number, half: number, two: number) => ({
  [`api_request_duration_seconds_count{${labels}}`]: `0+${all}x${MINUTES}`,
  [`api_request_duration_seconds_bucket{${labels}, le="0.5"}`]: `0+${half}x${MINUTES}`,
  [`api_request_duration_seconds_bucket{${labels}, le="2.5"}`]: `0+${two}x${MINUTES}`,
})

/** So many of a hundred are answered within half a second, and within two and a half; what is refused is quick. */
const timed = (model: string, half: number, two: number): Record<string, string> =>
  Object.assign(
    duration(labelsOf(200, model), RATE, half, two),
    ...[...ASIDE, { ...ASIDE[0]!, status: 503 }]
      .filter((aside) => aside.model !== '')
      .map(({ endpoint, status }) => {
        const refused = 50 * RATE
        return duration(labelsOf(status, model, endpoint), refused, refused, refused)
      }),
  ) as Record<string, string>

/** Percent of requests that spend iris' budgets of 1 % and 5 % at rate 1. */
const BUDGETS = { availability: 1, latency: 5 }

/** The windows whose factor a burn rate of so much exceeds; a rate that never changed is the same in all. */
const WINDOWS = [
  [14.4, '1h', 60],
  [6, '6h', 60],
  [3, '1d', 60],
  [1, '3d', 60],
] as const

const atEachFactor = (side: 'above' | 'below'): BurnCase[] =>
  WINDOWS.flatMap(([factor, , after], index) => {
    const rate = factor * (side === 'above' ? 1.02 : 0.98)
    const windows = WINDOWS.slice(side === 'above' ? index : index + 1)
    return (['availability', 'latency'] as const).map((level): BurnCase => {
      const percent = rate * BUDGETS[level]
      return {
        name: `${level} burns 2 % ${side} ${factor}`,
        series: level === 'availability' ? failing(percent) : timed('iris', RATE - percent, RATE),
        after,
        firing: windows.map(([, window]) => ['iris', level, window]),
      }
    })
  })

export const BURN_CASES: readonly BurnCase[] = [
  ...atEachFactor('above'),
  ...atEachFactor('below'),
  {
    name: 'an hour of failures that ended ten minutes ago no longer pages by the shortest window',
    series: {
      [request(200)]: `0+80x60 ${81 * 60}+100x60`,
      [request(500)]: `0+20x60 1200x60`,
    },
    after: 71,
    firing: [
      ['iris', 'availability', '6h'],
      ['iris', 'availability', '1d'],
      ['iris', 'availability', '3d'],
    ],
  },
  {
    name: 'eighteen requests, all of them failed, are too few to say',
    series: { [request(500)]: '0+1x18' },
    after: 18,
    firing: [],
  },
  {
    name: 'a model whose every request fails has no other status',
    series: { [request(503)]: `0+${RATE}x60` },
    after: 60,
    firing: WINDOWS.map(([, window]) => ['iris', 'availability', window]),
  },
  {
    name: 'a model with an objective of its own is held to that',
    series: { ...timed('summarize', 0, 100), ...timed('iris', 0, 100) },
    after: 60,
    firing: WINDOWS.map(([, window]) => ['iris', 'latency', window]),
  },
]
