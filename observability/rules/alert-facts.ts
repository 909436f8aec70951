import { alertRules, type AlertRule } from './read-rules.ts'

const rules = alertRules()

const ruleOf = (alert: string): AlertRule => {
  const found = rules.find((rule) => rule.alert === alert)
  if (found === undefined) throw new Error(`there is no alert ${alert} in observability/rules`)
  return found
}

/** The number that an alert's expression is held against, the first where it has several. */
export const thresholdOf = (alert: string): number => {
  const [, number] = /(?:>|==) (\d+(?:\.\d+)?)\b/.exec(ruleOf(alert).expr) ?? []
  if (number === undefined) throw new Error(`${alert} is held against no number`)
  return Number(number)
}

/** Samples below which an alert says nothing. */
export const fewestSamplesOf = (alert: string): number => {
  const [, number] = />= (\d+)\b/.exec(ruleOf(alert).expr) ?? []
  if (number === undefined) throw new Error(`${alert} asks for no number of samples`)
  return Number(number)
}

/** Where the runbook speaks of an alert: the document, and the heading within. */
export const runbookOf = (alert: string): { document: string; heading: string } => {
  const [document = '', heading = ''] = ruleOf(alert).annotations['runbook_url']?.split('#') ?? []
  return { document, heading }
}
