/** Pictures of sweeps, from made-up results. */
import { responses, valueMap } from '../../../../experiments/look/plots/index.ts';

const RATES = [5, 13.75, 22.5, 31.25, 40];
const TAUS = [10, 20, 40];
const METRIC = 'populations.exc.rate (Hz)';
const answer = (rate: number, tau: number): number => rate * (1 + tau / 40);

export const SWEEP_SAMPLES: Readonly<Record<string, () => string>> = {
  'value-map': () =>
    valueMap({
      title: 'populations.exc.rate over rate and tau',
      subtitle: 'mean of 3 replicates',
      x: { label: 'rate (Hz)', values: RATES.map(String) },
      y: { label: 'tau (ms)', values: TAUS.map(String) },
      label: METRIC,
      cells: TAUS.map((tau) => RATES.map((rate) => (rate === 5 && tau === 40 ? Number.NaN : answer(rate, tau)))),
    }),
  'value-map-long-name': () =>
    valueMap({
      title: 'accuracy over spread and homeostasis',
      x: { label: 'spread (sd / mean)', values: ['0', '1'] },
      y: { label: 'homeostasis.gain (mV)', values: ['0', '0.625'] },
      label: 'accuracy.logProbability (%)',
      cells: [
        [17.8, 17.5],
        [24.1, 31.1],
      ],
    }),
  responses: () =>
    responses({
      title: 'populations.exc.rate by device',
      subtitle: 'mean of 3 replicates; 95 % interval of the paired difference from the first row',
      label: METRIC,
      rows: [
        { name: 'linear', mean: 42.1, low: 38, high: 46.2 },
        { name: 'softBound', mean: 57.3, low: 55.1, high: 59.5 },
        { name: 'a device with one replicate', mean: 12.5 },
      ],
    }),
};
