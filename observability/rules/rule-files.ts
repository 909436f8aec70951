/** What Prometheus loads of this folder. */
export const RULE_FILES = ['recording.yaml', 'alerts.yaml', 'burn-rates.yaml']
