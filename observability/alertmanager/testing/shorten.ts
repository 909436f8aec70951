const MILLISECONDS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const FACTOR = 60
/** Below it no two scrapes fall into a window. */
const LEAST_MS = 1_000

const shortened = (amount: string, unit: string): string => {
  const whole = Number(amount) * MILLISECONDS[unit as keyof typeof MILLISECONDS]
  return `${Math.max(LEAST_MS, whole / FACTOR)}ms`
}

/**
 * A copy of rules, or of Alertmanager's configuration, in which a minute is a second: windows (`[5m]`), `for`,
 * intervals and waits are divided by 60, down to one second. Nothing else changes, so thresholds, labels,
 * routes and inhibitions are those that are shipped.
 */
export const shorten = (text: string): string =>
  text
    .replaceAll(/\[(\d+)([smhd])\]/g, (_, amount: string, unit: string) => {
      return `[${shortened(amount, unit)}]`
    })
    .replaceAll(
      /\b((?:for|interval|group_wait|group_interval|repeat_interval): )(\d+)([smhd])$/gm,
      (_, key: string, amount: string, unit: string) => key + shortened(amount, unit),
    )
