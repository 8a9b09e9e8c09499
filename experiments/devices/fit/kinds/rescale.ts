import { nonIdealities } from '../../../../synapses/devices/array/nonidealities.ts';
import { readParams } from '../../../../synapses/devices/array/range.ts';
import { spreadParams } from '../../../../synapses/devices/array/spread.ts';
import { commonParams } from '../../../../synapses/devices/defineDevice.ts';
import { isMapping, type Mapping } from '../../../network/config/override.ts';
import { createModel, getModelsOfKind, type ModelChoice } from '../../../network/models.ts';
import { PulseBench } from '../../pulseBench.ts';
import { findConductanceRange } from './level.ts';

const DIGITS = 6;

/** Shortens all numbers in a value to the number of digits used in device files. */
export function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(DIGITS));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)]));
}

const SHARED: Mapping = { ...commonParams, ...readParams };
/** Pattern of parameter groups that are replaced together: if one is fitted again, the others are removed. */
const TOGETHER = /^(cycle(?=To|Cor)|step(?=Spr|Cor)|writeVoltage|writeTime)/;
const groupOf = (key: string): string | undefined => TOGETHER.exec(key)?.[0];

/** Merges parameters into a device. If the model changes, only parameters common to all models are kept. */
export function mergeParameters(base: Mapping, added: Mapping): Mapping {
  const isOther = added.model !== undefined && added.model !== base.model;
  const taken: Mapping = isOther ? getModelsOfKind('device')[added.model as string]!.declaration.params.shape : {};
  const replaced = new Set(Object.keys(added).map(groupOf));
  const hasWritePulse = replaced.has('writeVoltage') || replaced.has('writeTime');
  const stays = (key: string) =>
    (!isOther || (key in SHARED && key in taken)) &&
    !(groupOf(key) !== undefined && replaced.has(groupOf(key))) &&
    !(key === 'assumed' && hasWritePulse);
  const old = Object.entries(base).filter(([key]) => stays(key));
  return { ...(isOther && { model: added.model }), ...Object.fromEntries(old), ...added };
}

/** Retention and STDP rule after rescaling to the range and steps of another device. */
interface Rescaled {
  readonly device: Mapping;
  readonly rule: Mapping | undefined;
  /** Sentences on the changed values. */
  readonly notes: readonly string[];
}

const isClose = (a: number, b: number) => Math.abs(a - b) <= 10 ** -DIGITS * Math.abs(a);
const short = (value: number) => value.toPrecision(3);

/** Rescales `retention.rest`, a share of the range, to the same asymptotic conductance in the new range. */
function rescaleRest(before: Mapping, device: Mapping): Pick<Rescaled, 'device' | 'notes'> {
  const { retention } = device;
  const rest = isMapping(retention) ? retention.rest : undefined;
  const [was, is] = [findConductanceRange(before), findConductanceRange(device)];
  if (typeof rest !== 'number' || !was || !is || (was[0] === is[0] && was[1] === is[1])) return { device, notes: [] };
  const siemens = was[0] + rest * (was[1] - was[0]);
  const share = (siemens - is[0]) / (is[1] - is[0]);
  const within = Math.min(Math.max(share, 0), 1);
  const beyond = within === share ? '' : ', clamped to its end; fit the retention again';
  return {
    device: { ...device, retention: { ...(retention as Mapping), rest: rounded(within) } },
    notes: [`device.retention.rest is ${short(within)} (${short(siemens)} S as a share of the new range${beyond}).`],
  };
}

/** Rescales the learning rule: spike pairs cause the same conductance changes with the new device's steps. */
function rescaleRule(before: Mapping, device: Mapping, rule: Mapping): Pick<Rescaled, 'rule' | 'notes'> {
  const { aPlus, aMinus } = rule;
  if (rule.model !== 'pairStdp' || typeof aPlus !== 'number' || typeof aMinus !== 'number') return { rule, notes: [] };
  const [was, is] = [measureMiddleSteps(before), measureMiddleSteps(device)];
  if (isClose(was.up, is.up) && isClose(was.down, is.down)) return { rule, notes: [] };
  if (!(is.up > 0 && is.down > 0))
    return {
      rule,
      notes: ['The timing window cannot be kept: the new device does not change in both directions.'],
    };
  const [plus, minus] = [
    computeStrength(computeChange(aPlus, was), is),
    -computeStrength(computeChange(-aMinus, was), is),
  ];
  return {
    rule: { ...rule, aPlus: rounded(plus), aMinus: rounded(minus) },
    notes: [
      `rule.aPlus changes from ${short(aPlus)} to ${short(plus)} and rule.aMinus from ${short(aMinus)} to ${short(minus)}, so that the measured timing window stays the same with the new device.`,
    ],
  };
}

/**
 * Rescales fitted values that depend on the device, after the device has changed.
 * @param added sections that are already fitted to the new device
 * @param isFitted true for the path of a fitted value; values written by hand are not rescaled
 */
export function rescaleReferences(
  before: Mapping,
  device: Mapping,
  rule: Mapping | undefined,
  added: { readonly device?: Mapping; readonly rule?: Mapping },
  isFitted: (path: string) => boolean,
): Rescaled {
  const rest =
    added.device?.retention === undefined && isFitted('device.retention.rest')
      ? rescaleRest(before, device)
      : { device, notes: [] };
  const strengths =
    rule !== undefined && added.rule === undefined && isFitted('rule.aPlus')
      ? rescaleRule(before, rest.device, rule)
      : { rule, notes: [] };
  return { device: rest.device, rule: strengths.rule, notes: [...rest.notes, ...strengths.notes] };
}

/** Weight change by a full pulse from the middle of the range, as a share of the range. */
interface MiddleSteps {
  readonly up: number;
  readonly down: number;
}

/** Number of devices over which a mean step is taken; in some models, steps are random. */
const SPECIMEN_COUNT = 256;
/** Names of the variability and noise parameters that are removed before mean steps are computed. */
const NON_IDEALITIES = [...Object.keys(spreadParams), ...Object.keys(nonIdealities), 'gMinSpread', 'reading'];
/** Weight far outside every range; weights are clipped to the range of the device. */
const OUT_OF_RANGE_WEIGHT = 1e9;

/** Mean change by one full pulse up and down from mid-range, without variability and noise, as a share of the range. */
export function measureMiddleSteps(given: Mapping): MiddleSteps {
  const choice = Object.fromEntries(
    Object.entries(given).filter(([key]) => !NON_IDEALITIES.includes(key)),
  ) as ModelChoice;
  const device = createModel('device', choice);
  const many = <T>(one: T) => Array.from({ length: SPECIMEN_COUNT }, () => one);
  const at = (weight: number, way?: 'up' | 'down') => {
    const trains = { up: many(way === 'up' ? [1] : []), down: many(way === 'down' ? [1] : []) };
    const bench = new PulseBench({ device, seed: 1, ...trains, weight: { uniform: [weight, weight] } });
    bench.runTo(2);
    return bench.weights().reduce((a, b) => a + b, 0) / SPECIMEN_COUNT;
  };
  const [low, high] = [at(-OUT_OF_RANGE_WEIGHT), at(OUT_OF_RANGE_WEIGHT)];
  const middle = (low + high) / 2;
  const step = (way: 'up' | 'down') => Math.abs(at(middle, way) - middle) / (high - low);
  return { up: step('up'), down: step('down') };
}

/** Pulse strength that changes the weight by `change` from mid-range; positive: up, negative: down. */
export const computeStrength = (change: number, { up, down }: MiddleSteps): number =>
  change / (change >= 0 ? up : down);

/** Weight change from mid-range by a pulse of this strength. */
export const computeChange = (strength: number, { up, down }: MiddleSteps): number =>
  strength * (strength >= 0 ? up : down);
