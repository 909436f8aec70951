import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

/** The files that Prometheus loads. */
export const RULE_FILES = ['recording.yaml', 'alerts.yaml', 'burn-rates.yaml']

export type RecordingRule = { record: string; expr: string; labels?: Record<string, string> }
export type AlertRule = {
  alert: string
  expr: string
  for?: string
  labels: Record<string, string>
  annotations: Record<string, string>
}

/** Every rule of every file, as it stands there. */
export const readRules = (): (RecordingRule | AlertRule)[] =>
  RULE_FILES.flatMap((file) => {
    const text = readFileSync(path.join(import.meta.dirname, file), 'utf8')
    const { groups } = parse(text) as { groups: { rules: (RecordingRule | AlertRule)[] }[] }
    return groups.flatMap(({ rules }) => rules)
  })

export const alertRules = (): AlertRule[] => readRules().filter((rule) => 'alert' in rule)
export const recordingRules = (): RecordingRule[] => readRules().filter((rule) => 'record' in rule)
