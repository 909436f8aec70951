/** Series by name, with values in promtool's notation: one each 15 seconds. */
export type Series = Record<string, string>

export type AlertCase = {
  alert: string
  /** The labels that it fires with, its severity aside. */
  labels: Record<string, string>
  /** A little above each threshold. */
  fires: Series
  /** 2 % below each threshold in turn, or the nearest whole number below. */
  silent: Series[]
  /** Minutes after which it must fire; its `for` has passed by then. */
  after: number
}

export const steady = (value: number): string => `${value}x120`
/** A counter that grows by so much a second. */
export const growing = (perSecond: number): string => `0+${perSecond * 15}x120`

/** A gateway's counter: every case has it, because its absence would be told too. */
export const GATEWAY =
  'api_requests_total{endpoint="/api/v1/predict", model_name="", status="200", instance="g"}'
