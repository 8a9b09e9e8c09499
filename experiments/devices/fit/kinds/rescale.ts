import { nonIdealityParams } from '../../../../synapses/devices/array/nonidealities.ts';
import { readoutParams } from '../../../../synapses/devices/array/range.ts';
import { variabilityParams } from '../../../../synapses/devices/array/spread.ts';
import { commonDeviceParams } from '../../../../synapses/devices/defineDevice.ts';
import { isMapping, type Mapping } from '../../../network/config/override.ts';
import { createModel, getModelsOfKind, type ModelChoice } from '../../../network/models.ts';
import { OUT_OF_RANGE_WEIGHT, PulseBench } from '../../pulseBench.ts';
import { type Direction, mapDirections } from '../import/trains.ts';
import { clip, mean, roundForFile } from '../lists.ts';
import { findConductanceRange } from './level.ts';

export function roundParameterValues(value: unknown): unknown {
  if (typeof value === 'number') return roundForFile(value);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, roundParameterValues(part)]));
}

const SHARED_PARAMS: Mapping = { ...commonDeviceParams, ...readoutParams };
/** Groups of parameters: if one parameter is fitted again, the other parameters of its group are removed. */
const PARAMETER_GROUPS = /^(cycle(?=To|Cor)|step(?=Spr|Cor)|writeVoltage|writeTime)/;
const groupOf = (key: string): string | undefined => PARAMETER_GROUPS.exec(key)?.[0];

/** Merges parameters into a device. If its model changes, only those old parameters are kept that all device models have. */
export function mergeDeviceParameters(base: Mapping, added: Mapping): Mapping {
  const isOther = added.model !== undefined && added.model !== base.model;
  const taken: Mapping = isOther ? getModelsOfKind('device')[added.model as string]!.declaration.params.shape : {};
  const replaced = new Set(Object.keys(added).map(groupOf));
  const hasWritePulse = replaced.has('writeVoltage') || replaced.has('writeTime');
  const stays = (key: string) =>
    (!isOther || (key in SHARED_PARAMS && key in taken)) &&
    !(groupOf(key) !== undefined && replaced.has(groupOf(key))) &&
    !(key === 'assumed' && hasWritePulse);
  const old = Object.entries(base).filter(([key]) => stays(key));
  return { ...(isOther && { model: added.model }), ...Object.fromEntries(old), ...added };
}

const isClose = (a: number, b: number) => Math.abs(a - b) <= 1e-6 * Math.abs(a);
const formatShort = (value: number) => value.toPrecision(3);

/** Rescales `retention.rest`, a share of the range, to the same conductance in the new range. */
function rescaleRest(before: Mapping, device: Mapping): [device: Mapping, ...notes: string[]] {
  const { retention } = device;
  const rest = isMapping(retention) ? retention.rest : undefined;
  const [was, is] = [findConductanceRange(before), findConductanceRange(device)];
  if (typeof rest !== 'number' || !was || !is || (was[0] === is[0] && was[1] === is[1])) return [device];
  const siemens = was[0] + rest * (was[1] - was[0]);
  const share = (siemens - is[0]) / (is[1] - is[0]);
  const within = clip(share);
  const beyond = within === share ? '' : ', clamped to its end; fit the retention again';
  return [
    { ...device, retention: { ...(retention as Mapping), rest: roundParameterValues(within) } },
    `device.retention.rest is ${formatShort(within)} (${formatShort(siemens)} S as a share of the new range${beyond}).`,
  ];
}

/** Rescales a pair STDP rule so that spike pairs cause the same conductance changes in the new device. */
function rescaleRule(before: Mapping, device: Mapping, rule: Mapping): [rule: Mapping, ...notes: string[]] {
  const { aPlus, aMinus } = rule;
  if (rule.model !== 'pairStdp' || typeof aPlus !== 'number' || typeof aMinus !== 'number') return [rule];
  const [was, is] = [measureMidRangeSteps(before), measureMidRangeSteps(device)];
  if (isClose(was.up, is.up) && isClose(was.down, is.down)) return [rule];
  if (!(is.up > 0 && is.down > 0))
    return [rule, 'The timing window cannot be kept: the new device does not change in both directions.'];
  // A pulse changes the weight by its strength times the device step in its direction.
  const plus = computePulseStrength(aPlus * (aPlus >= 0 ? was.up : was.down), is);
  const minus = -computePulseStrength(-aMinus * (aMinus <= 0 ? was.up : was.down), is);
  return [
    { ...rule, aPlus: roundParameterValues(plus), aMinus: roundParameterValues(minus) },
    `rule.aPlus changes from ${formatShort(aPlus)} to ${formatShort(plus)} and rule.aMinus from ${formatShort(aMinus)} to ${formatShort(minus)}, so that the measured timing window stays the same with the new device.`,
  ];
}

export function rescaleFittedValues(
  before: Mapping,
  device: Mapping,
  rule: Mapping | undefined,
  added: { readonly device?: Mapping; readonly rule?: Mapping },
  isFitted: (path: string) => boolean,
) {
  const hasOldRest = added.device?.retention === undefined && isFitted('device.retention.rest');
  const [rescaledDevice, ...restNotes] = hasOldRest ? rescaleRest(before, device) : [device];
  const hasOldRule = rule !== undefined && added.rule === undefined && isFitted('rule.aPlus');
  const [rescaledRule, ...ruleNotes] = hasOldRule ? rescaleRule(before, rescaledDevice, rule) : [rule];
  return { device: rescaledDevice, rule: rescaledRule, notes: [...restNotes, ...ruleNotes] };
}

const SPECIMEN_COUNT = 256;
const NON_IDEALITIES = [...Object.keys(variabilityParams), ...Object.keys(nonIdealityParams), 'gMinSpread', 'reading'];

/** Mean change by a full pulse up and down from mid-range without variability and noise, share of the range. */
export function measureMidRangeSteps(given: Mapping): Record<Direction, number> {
  const kept = Object.entries(given).filter(([key]) => !NON_IDEALITIES.includes(key));
  const device = createModel('device', Object.fromEntries(kept) as ModelChoice);
  const many = <T>(one: T) => Array.from({ length: SPECIMEN_COUNT }, () => one);
  const at = (weight: number, way?: Direction) => {
    const trains = mapDirections((d) => many(d === way ? [1] : []));
    const bench = new PulseBench({ device, seed: 1, ...trains, weight: { uniform: [weight, weight] } });
    bench.runTo(2);
    return mean(bench.weights());
  };
  const [low, high] = [at(-OUT_OF_RANGE_WEIGHT), at(OUT_OF_RANGE_WEIGHT)];
  const middle = (low + high) / 2;
  return mapDirections((way) => Math.abs(at(middle, way) - middle) / (high - low));
}

export const computePulseStrength = (change: number, { up, down }: Record<Direction, number>): number =>
  change / (change >= 0 ? up : down);
