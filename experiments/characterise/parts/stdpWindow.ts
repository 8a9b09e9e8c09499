import { pairStdp } from '../../../synapses/rules/index.ts';
import type { LeftOut, Part } from '../part.ts';
import { bench, runTo, type Specimen, state, stateAxis, weightRange } from '../specimens.ts';
import { banded, longForm, means, median } from '../spread.ts';

/** t_post - t_pre, ms */
const LAGS = [
  -100, -80, -60, -50, -40, -30, -20, -15, -10, -5, -2, -1, 0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100,
];
/** When the presynaptic spike comes, ms: late enough for every lag. */
const PRE = 200;
/** A pair at a vanishing lag moves an ideal weight by this share of its range, and is one full pulse to a device. */
const IDEAL = 0.01;

/** Change of state after one pair of spikes against their lag, from the middle of the range, by pair STDP. */
export function stdpWindow(specimen: Specimen): Part | LeftOut {
  const strength = specimen.loaded.device.model === 'ideal' ? IDEAL : 1;
  const rule = pairStdp({ aPlus: strength, aMinus: strength, tauPlus: 20, tauMinus: 20 });
  const { low, high } = weightRange(specimen);
  const middle = (median(low) + median(high)) / 2;
  const changes = LAGS.map((lag) => {
    const b = bench(specimen, { pre: [PRE], post: [PRE + lag] }, middle, rule);
    runTo(b, PRE - 1 + Math.min(0, ...LAGS));
    const before = state(b);
    runTo(b, PRE + Math.max(...LAGS));
    return state(b).map((after, i) => after - before[i]!);
  });
  if (changes.flat().every((change) => change === 0)) return { leftOut: 'no pair of spikes moved any of the devices' };
  const table = longForm(LAGS, changes);
  const { unit } = stateAxis(specimen);
  return {
    title: `STDP window: pair rule, amplitude ${strength === 1 ? 'one full pulse' : strength}, 20 ms`,
    columns: {
      lag: { type: 'float64', unit: 'ms', values: table.x },
      device: { type: 'uint32', unit: '1', values: table.device },
      change: { type: 'float64', unit, values: table.y },
    },
    chart: {
      x: { label: 't(post) − t(pre) (ms)' },
      y: { label: unit === 'S' ? 'ΔG (S)' : 'Δw' },
      series: [
        { name: 'post before pre', points: changes.flatMap((c, i) => (LAGS[i]! < 0 ? [banded(LAGS[i]!, c)] : [])) },
        { name: 'pre before post', points: changes.flatMap((c, i) => (LAGS[i]! > 0 ? [banded(LAGS[i]!, c)] : [])) },
        ...means(LAGS, changes),
      ],
    },
    summary: {
      rule: { model: 'pairStdp', aPlus: strength, aMinus: strength, tauPlus: 20, tauMinus: 20 },
      at10ms: median(changes[LAGS.indexOf(10)]!),
      atMinus10ms: median(changes[LAGS.indexOf(-10)]!),
    },
  };
}
