import { formatTime } from '../../../look/time.ts';
import { createModel, type ModelChoice } from '../../../network/models.ts';
import { logSpaced, mean } from '../../fit/lists.ts';
import type { LoadedDevice } from '../../load.ts';
import {
  createLongFormatTable,
  createMeanSeries,
  createMedianPoint,
  type MeasurementOutcome,
  MIN_VISIBLE_RELATIVE_CHANGE,
  median,
} from '../measurementReport.ts';
import {
  createTestNetwork,
  describeStateAxis,
  readDeviceStates,
  readStateRange,
  readWeightRange,
  runUntil,
  type SpecimenSet,
} from '../specimens.ts';

/** Lags t_post - t_pre, ms, for a rule with time constants of 20 ms; scaled in proportion to its longest time constant. */
const LAGS = [
  -100, -80, -60, -50, -40, -30, -20, -15, -10, -5, -2, -1, 0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100,
];
/** Time of the presynaptic spike, ms; larger than the longest lag. */
const PRE_TIME = 200;
/** Time constant of the default pair STDP rule, ms. */
const TAU = 20;
/** Weight change of the model `ideal` by one spike pair at lag 0, share of the range. */
const IDEAL_CHANGE = 0.01;

/** Pulse strengths (fractions of a full pulse), tried if a full pulse drives devices to a bound of their range. */
const PULSE_STRENGTHS = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001];
/** Times at which the decaying weight change is read, ms after the last spike pair. */
const WAITS = logSpaced(1, 1e8, 97);

function computeLagScale(rule: ModelChoice): number {
  const times = Object.entries(rule).flatMap(([name, value]) => (name.startsWith('tau') ? [Number(value)] : []));
  return times.length === 0 ? 1 : Number((Math.max(...times) / TAU).toPrecision(1));
}

/**
 * Learning rule of the device file. Without one: pair STDP or, for second-order devices, one pulse per spike. `share`:
 * strength of a pulse, as a fraction of a full pulse.
 */
function resolveRule(
  { device: { model }, rule }: LoadedDevice,
  share: number,
): { facts: ModelChoice; description: string } {
  if (rule) return { facts: rule, description: `learning rule of the device file: ${rule.model}` };
  const pulse = share === 1 ? 'one full pulse' : `${share} of a full pulse`;
  if (model === 'secondOrder') {
    const facts = { model: 'eachSpike', up: share, down: share };
    return { facts, description: `${pulse} down at each presynaptic, up at each postsynaptic spike` };
  }
  const strength = model === 'ideal' ? IDEAL_CHANGE : share;
  const facts = { model: 'pairStdp', aPlus: strength, aMinus: strength, tauPlus: TAU, tauMinus: TAU };
  return { facts, description: `assumed pair rule, ${model === 'ideal' ? `amplitude ${strength}` : pulse}, ${TAU} ms` };
}

function measureWindow(specimen: SpecimenSet, share: number) {
  const { facts, description } = resolveRule(specimen.loaded, share);
  const rule = createModel('rule', facts);
  const scale = computeLagScale(facts);
  const pre = PRE_TIME * Math.max(1, scale);
  const last = pre + scale * Math.max(...LAGS);
  const { low, high } = readWeightRange(specimen);
  const middle = (low + high) / 2;
  const paired = (pre: number[], post: number[]) => {
    const b = createTestNetwork(specimen, { pre, post }, middle, rule);
    runUntil(b, last);
    return b;
  };
  const without = readDeviceStates(paired([], [])); // subtracted, because the state may decay without spikes
  const change = (lag: number) => readDeviceStates(paired([pre], [pre + lag])).map((g, i) => g - without[i]!);
  const lags = LAGS.map((lag) => lag * scale);
  return { share, description, facts, paired, pre, last, lags, change, without, changes: lags.map(change) };
}

/** True if a spike pair at lag 1 or -1 ms drives the device to a bound, which truncates the window. */
function isSaturated(specimen: SpecimenSet, { changes, without }: ReturnType<typeof measureWindow>): boolean {
  const { low, high } = readStateRange(specimen);
  const at = (lag: number, bound: number) =>
    Math.abs(median(changes[LAGS.indexOf(lag)]!.map((d, i) => without[i]! + d)) - bound) <=
    MIN_VISIBLE_RELATIVE_CHANGE * Math.abs(high - low);
  return [1, -1].some((side) => [low, high].some((bound) => at(side, bound)));
}

/** Measures the STDP window at the largest pulse strength that saturates no device; undefined if all saturate. */
function measureUnsaturatedWindow(specimen: SpecimenSet) {
  for (const share of PULSE_STRENGTHS) {
    const found = measureWindow(specimen, share);
    if (!isSaturated(specimen, found)) return found;
  }
  return undefined;
}

/** Time after which less than 1 % of the largest weight change is left, ms; null if part of the change is permanent. */
function findDecayEnd({ changes, lags, pre, last: end, paired }: ReturnType<typeof measureWindow>): number | null {
  const sizes = changes.map((change) => Math.abs(median(change)));
  const most = Math.max(...sizes);
  const lag = lags[sizes.indexOf(most)]!;
  const [b, without] = [paired([pre], [pre + lag]), paired([], [])];
  const left = WAITS.map((wait) => {
    for (const one of [b, without]) runUntil(one, end + wait);
    const reference = readDeviceStates(without);
    return Math.abs(median(readDeviceStates(b).map((g, i) => g - reference[i]!)));
  });
  const last = left.findLastIndex((size) => size > MIN_VISIBLE_RELATIVE_CHANGE * most);
  return last + 1 < WAITS.length && most > 0 ? WAITS[last + 1]! : null;
}

/** STDP window: change of the state, from mid-range, by one spike pair, against the lag t_post - t_pre. */
export function measureStdpWindow(specimen: SpecimenSet): MeasurementOutcome {
  const full = measureWindow(specimen, 1);
  const cut = isSaturated(specimen, full);
  const free = cut && !specimen.loaded.rule ? measureUnsaturatedWindow(specimen) : undefined;
  const found = free ?? full;
  const { description, facts, lags, changes, change, share } = found;
  if (changes.flat().every((change) => change === 0))
    return { reason: `no pair of spikes moved any of the ${specimen.deviceCount} devices` };
  const gone = findDecayEnd(found);
  const remarks = [
    ...(cut ? [free ? 'a full one saturates' : 'saturated: a pulse reaches the bound'] : []),
    ...(gone === null ? [] : [`gone after ${formatTime(gone, 2)}`]),
  ];
  const { unit } = describeStateAxis(specimen);
  // The curves of the STDP window show medians of the weight changes. If the means differ from them, as for devices
  // with few levels, the curves show the means.
  const isMean = createMeanSeries(lags, changes).length > 0;
  const points = changes.map((c, i) => ({ ...createMedianPoint(lags[i]!, c), ...(isMean && { y: mean(c) }) }));
  const nameOf = (name: string) => (isMean ? `${name}, mean` : name);
  return {
    title: [`STDP window: ${description}`, ...remarks].join('; '),
    columns: createLongFormatTable(['lag', 'ms'], ['change', unit], lags, [changes]),
    chart: {
      x: { label: 't(post) − t(pre) (ms)' },
      y: { label: unit === 'S' ? 'ΔG (S)' : 'Δw' },
      series: [
        { name: nameOf('post before pre'), points: points.filter(({ x }) => x < 0) },
        { name: nameOf('pre before post'), points: points.filter(({ x }) => x > 0) },
      ],
    },
    summary: {
      rule: facts,
      ...(specimen.loaded.rule ? { saturated: cut } : { share, saturatedByFullPulse: cut }),
      goneAfterSeconds: gone === null ? null : gone / 1000,
      at10ms: median(change(10)),
      atMinus10ms: median(change(-10)),
    },
    units: {
      ...Object.fromEntries(
        Object.keys(facts).flatMap((name) => (name.startsWith('tau') ? [[`rule.${name}`, 'ms']] : [])),
      ),
      goneAfterSeconds: 's',
      ...(unit === 'S' && { at10ms: unit, atMinus10ms: unit }),
    },
  };
}
