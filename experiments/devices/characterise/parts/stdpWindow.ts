import { eachSpike, pairStdp } from '../../../../synapses/rules/index.ts';
import { timeText } from '../../../look/time.ts';
import { type LeftOut, longColumns, type Part, VISIBLE } from '../part.ts';
import { type Bench, bench, runTo, type Specimen, state, stateAxis, stateRange, weightRange } from '../specimens.ts';
import { banded, logSpaced, means, median } from '../spread.ts';

/** t_post - t_pre, ms */
const LAGS = [
  -100, -80, -60, -50, -40, -30, -20, -15, -10, -5, -2, -1, 0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100,
];
/** When the presynaptic spike comes, ms: late enough for every lag. */
const PRE = 200;
const TAU = 20; // ms
/** When the result is read, ms. */
const LAST = PRE + Math.max(...LAGS);
/** A pair at a vanishing lag moves an ideal weight by this share of its range, and is one full pulse to a device. */
const IDEAL = 0.01;

/** Shares of a full pulse that are tried where a full one reaches a bound. */
const SHARES = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001];
/** When what is left of a change is looked at, ms after the last pair. */
const WAITS = logSpaced(1, 1e8, 97);

/** The rule between the spikes: pair STDP, but for a device that tells the time itself one pulse a spike. */
function ruleFor(model: string, share: number) {
  if (model === 'secondOrder') {
    const told = `${pulseText(share)} down at each pre, up at each post`;
    return { rule: eachSpike({ up: share, down: share }), told, facts: { model: 'eachSpike', up: share, down: share } };
  }
  const strength = model === 'ideal' ? IDEAL : share;
  const facts = { model: 'pairStdp', aPlus: strength, aMinus: strength, tauPlus: TAU, tauMinus: TAU };
  const { model: _, ...params } = facts;
  const told = `pair rule, ${model === 'ideal' ? `amplitude ${strength}` : pulseText(share)}, ${TAU} ms`;
  return { rule: pairStdp(params), told, facts };
}

const pulseText = (share: number): string => (share === 1 ? 'one full pulse' : `${share} of a full pulse`);

/** What one pair of spikes leaves at each lag. */
function measured(specimen: Specimen, share: number) {
  const { rule, told, facts } = ruleFor(specimen.loaded.device.model, share);
  const { low, high } = weightRange(specimen);
  const middle = (median(low) + median(high)) / 2;
  const paired = (pre: number[], post: number[]) => {
    const b = bench(specimen, { pre, post }, middle, rule);
    runTo(b, LAST);
    return b;
  };
  return { told, facts, paired, states: LAGS.map((lag) => state(paired([PRE], [PRE + lag]))) };
}

/** Whether the nearest pairs end at a bound, which cuts their window off. */
function saturated(specimen: Specimen, states: readonly (readonly number[])[]): boolean {
  const { low, high } = stateRange(specimen);
  const [least, most] = [median(low), median(high)];
  const at = (lag: number, bound: number) =>
    Math.abs(median(states[LAGS.indexOf(lag)]!) - bound) <= VISIBLE * Math.abs(most - least);
  return [1, -1].some((side) => [least, most].some((bound) => at(side, bound)));
}

/** The window of the largest pulse that no bound cuts off; undefined where there is none, as with two states. */
function smaller(specimen: Specimen) {
  for (const share of SHARES) {
    const found = measured(specimen, share);
    if (!saturated(specimen, found.states)) return { share, ...found };
  }
  return undefined;
}

/** After how many ms nothing is left of the largest change; null where some stays. */
function goneAfter(changes: readonly (readonly number[])[], paired: (pre: number[], post: number[]) => Bench) {
  const sizes = changes.map((change) => Math.abs(median(change)));
  const most = Math.max(...sizes);
  const lag = LAGS[sizes.indexOf(most)]!;
  const [b, without] = [paired([PRE], [PRE + lag]), paired([], [])];
  const left = WAITS.map((wait) => {
    for (const one of [b, without]) runTo(one, LAST + wait);
    const reference = state(without);
    return Math.abs(median(state(b).map((g, i) => g - reference[i]!)));
  });
  const last = left.findLastIndex((size) => size > VISIBLE * most);
  return last + 1 < WAITS.length && most > 0 ? WAITS[last + 1]! : null;
}

/** What one pair of spikes changes, against their lag, from the middle of the range. */
export function stdpWindow(specimen: Specimen): Part | LeftOut {
  const full = { share: 1, ...measured(specimen, 1) };
  const cut = saturated(specimen, full.states);
  const free = cut ? smaller(specimen) : undefined;
  const { told, facts, paired, states, share } = free ?? full;
  const without = state(paired([], [])); // a device may fade by itself
  const changes = states.map((after) => after.map((g, i) => g - without[i]!));
  if (changes.flat().every((change) => change === 0))
    return { leftOut: `no pair of spikes moved any of the ${specimen.devices} devices` };
  const gone = goneAfter(changes, paired);
  const remarks = [
    ...(cut ? [free ? 'a full one saturates' : 'saturated: a pulse reaches the bound'] : []),
    ...(gone === null ? [] : [`gone after ${timeText(Number(gone.toPrecision(2)))}`]),
  ];
  const { unit } = stateAxis(specimen);
  return {
    title: [`STDP window: ${told}`, ...remarks].join('; '),
    columns: longColumns(['lag', 'ms'], ['change', unit], LAGS, changes),
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
      share,
      saturatedByFullPulse: cut,
      goneAfterSeconds: gone === null ? null : gone / 1000,
      at10ms: median(changes[LAGS.indexOf(10)]!),
      atMinus10ms: median(changes[LAGS.indexOf(-10)]!),
    },
  };
}
