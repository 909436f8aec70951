import { GATEWAY } from './alert-case.ts'
import { BURN_CASES } from './burn-cases.ts'
import { MODEL_ALERT_CASES } from './model-alert-cases.ts'
import { PROCESS_ALERT_CASES } from './process-alert-cases.ts'
import { firing, seriesOf, type PromtoolTest } from './promtool.ts'
import { alertRules } from '../read-rules.ts'

export const ALERT_CASES = [...MODEL_ALERT_CASES, ...PROCESS_ALERT_CASES]

const FIRING = 'ALERTS{alertstate="firing"}'
const alerts = alertRules()

const secondsOf = (duration = '0s'): number =>
  Number(duration.slice(0, -1)) * (duration.endsWith('m') ? 60 : 1)

/** Each alert fires after its time and not before, and is silent 2 % below its threshold. */
export const alertTests = (): PromtoolTest[] =>
  ALERT_CASES.flatMap(({ alert, labels, fires, silent, after }): PromtoolTest[] => {
    const rule = alerts.find((one) => one.alert === alert)
    const expected = [firing({ alertname: alert, ...labels, ...rule?.labels })]
    const at = (seconds: number, samples: PromtoolTest['promql_expr_test'][0]['exp_samples']) => ({
      expr: FIRING,
      eval_time: `${seconds}s`,
      exp_samples: samples,
    })
    const hold = secondsOf(rule?.for)
    return [
      {
        name: `${alert} fires, and not before its time`,
        interval: '15s',
        input_series: seriesOf({ [GATEWAY]: '0x1000', ...fires }),
        promql_expr_test: [...(hold > 0 ? [at(hold - 15, [])] : []), at(after * 60, expected)],
      },
      ...silent.map((series, index) => ({
        name: `${alert} is silent below its threshold (${index + 1})`,
        interval: '15s',
        input_series: seriesOf({ [GATEWAY]: '0x1000', ...series }),
        promql_expr_test: [at(after * 60, []), at(after * 60 + 120, [])],
      })),
    ]
  })

/** Which burn alerts fire. */
export const burnTests = (): PromtoolTest[] =>
  BURN_CASES.map(({ name, series, after, firing: expected }): PromtoolTest => ({
    name,
    interval: '1m',
    input_series: seriesOf({ [GATEWAY]: '0x1000', ...series }),
    promql_expr_test: [
      {
        expr: FIRING,
        eval_time: `${after}m`,
        exp_samples: expected.map(([model_name, service_level, long_window]) => {
          const rule = alerts.find(({ labels }) => labels['long_window'] === long_window)
          return firing({ alertname: rule!.alert, model_name, service_level, ...rule!.labels })
        }),
      },
    ],
  }))
