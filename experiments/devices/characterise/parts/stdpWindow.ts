import { eachSpike, pairStdp } from '../../../../synapses/rules/index.ts';
import type { LeftOut, Part } from '../part.ts';
import { bench, runTo, type Specimen, state, stateAxis, weightRange } from '../specimens.ts';
import { banded, longForm, means, median } from '../spread.ts';

/** t_post - t_pre, ms */
const LAGS = [
  -100, -80, -60, -50, -40, -30, -20, -15, -10, -5, -2, -1, 0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100,
];
/** When the presynaptic spike comes, ms: late enough for every lag. */
const PRE = 200;
const TAU = 20; // ms
/** A pair at a vanishing lag moves an ideal weight by this share of its range, and is one full pulse to a device. */
const IDEAL = 0.01;

/** The rule between the spikes: pair STDP, but for a device that tells the time itself one pulse a spike. */
function ruleFor(model: string) {
  if (model === 'secondOrder') {
    return { rule: eachSpike({}), told: 'a pulse down at each pre, up at each post', facts: { model: 'eachSpike' } };
  }
  const strength = model === 'ideal' ? IDEAL : 1;
  const facts = { model: 'pairStdp', aPlus: strength, aMinus: strength, tauPlus: TAU, tauMinus: TAU };
  const { model: _, ...params } = facts;
  const told = `pair rule, ${strength === 1 ? 'one full pulse' : `amplitude ${strength}`}, ${TAU} ms`;
  return { rule: pairStdp(params), told, facts };
}

/** What one pair of spikes changes, against their lag, from the middle of the range. */
export function stdpWindow(specimen: Specimen): Part | LeftOut {
  const { rule, told, facts } = ruleFor(specimen.loaded.device.model);
  const { low, high } = weightRange(specimen);
  const middle = (median(low) + median(high)) / 2;
  const after = (pre: number[], post: number[]) => {
    const b = bench(specimen, { pre, post }, middle, rule);
    runTo(b, PRE + Math.max(...LAGS));
    return state(b);
  };
  const without = after([], []); // a device may fade by itself
  const changes = LAGS.map((lag) => after([PRE], [PRE + lag]).map((g, i) => g - without[i]!));
  if (changes.flat().every((change) => change === 0))
    return { leftOut: `no pair of spikes moved any of the ${specimen.devices} devices` };
  const table = longForm(LAGS, changes);
  const { unit } = stateAxis(specimen);
  return {
    title: `STDP window: ${told}`,
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
      rule: facts,
      at10ms: median(changes[LAGS.indexOf(10)]!),
      atMinus10ms: median(changes[LAGS.indexOf(-10)]!),
    },
  };
}
