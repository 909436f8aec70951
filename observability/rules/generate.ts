import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { burnRateRules } from './burn-rates.ts'
import { readServiceLevels, type ServiceLevels } from './service-levels.ts'

export const BURN_RATES = path.join(import.meta.dirname, 'burn-rates.yaml')

const NOTE = '# Made from observability/service-levels.yaml by: npm run docs\n'

/** The rule file of these service levels, as text. */
export const generate = (levels: ServiceLevels): string =>
  NOTE + stringify({ groups: burnRateRules(levels) }, { lineWidth: 0, singleQuote: true })

/** Writes it. */
export const writeBurnRates = (): void => writeFileSync(BURN_RATES, generate(readServiceLevels()))
