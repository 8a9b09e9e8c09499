import { readParams } from '../../../../synapses/devices/array/range.ts';
import { commonParams } from '../../../../synapses/devices/defineDevice.ts';
import { isMapping, type Mapping } from '../../../network/config/override.ts';
import { indexOf } from '../../../network/models.ts';
import { rangeOf } from './level.ts';
import { changeOf, stepsOf, strengthOf } from './strength.ts';

const DIGITS = 6;

/** Numbers as they are written. */
export function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(DIGITS));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)]));
}

const SHARED: Mapping = { ...commonParams, ...readParams };
/** Parameters that begin alike go together: where one is told anew, the others are so no longer. */
const TOGETHER = /^(cycle(?=To|Cor)|step(?=Spr|Cor)|writeVoltage|writeTime)/;
const family = (key: string): string | undefined => TOGETHER.exec(key)?.[0];

/** The device with what a measurement adds: of a model of another name stays what every model has. */
export function deviceWith(base: Mapping, added: Mapping): Mapping {
  const isOther = added.model !== undefined && added.model !== base.model;
  const taken: Mapping = isOther ? indexOf('device')[added.model as string]!.declaration.params.shape : {};
  const again = new Set(Object.keys(added).map(family));
  const isWritten = again.has('writeVoltage') || again.has('writeTime');
  const stays = (key: string) =>
    (!isOther || (key in SHARED && key in taken)) &&
    !(family(key) !== undefined && again.has(family(key))) &&
    !(key === 'assumed' && isWritten);
  const old = Object.entries(base).filter(([key]) => stays(key));
  return { ...(isOther && { model: added.model }), ...Object.fromEntries(old), ...added };
}

/** What refers to the device that it was fitted with, taken to another one. */
export interface Carried {
  readonly device: Mapping;
  readonly rule: Mapping | undefined;
  /** What has changed by it, a sentence each. */
  readonly notes: readonly string[];
}

const isClose = (a: number, b: number) => Math.abs(a - b) <= 10 ** -DIGITS * Math.abs(a);
const told = (value: number) => value.toPrecision(3);

/** The rest of a retention is a share of the range: the same conductance is another share of another range. */
function restOf(before: Mapping, device: Mapping): Pick<Carried, 'device' | 'notes'> {
  const { retention } = device;
  const rest = isMapping(retention) ? retention.rest : undefined;
  const [was, is] = [rangeOf(before), rangeOf(device)];
  if (typeof rest !== 'number' || !was || !is || (was[0] === is[0] && was[1] === is[1])) return { device, notes: [] };
  const siemens = was[0] + rest * (was[1] - was[0]);
  const share = (siemens - is[0]) / (is[1] - is[0]);
  const within = Math.min(Math.max(share, 0), 1);
  const beyond =
    within === share ? '' : ', beyond which it lies: its end stands for it, and the retention is to be fitted anew';
  return {
    device: { ...device, retention: { ...(retention as Mapping), rest: rounded(within) } },
    notes: [`The retention's rest, ${told(siemens)} S, is ${told(within)} of the range of this device${beyond}.`],
  };
}

/** Strengths of a timing window are those that move one device by what was measured. */
function ruleOf(before: Mapping, device: Mapping, rule: Mapping): Pick<Carried, 'rule' | 'notes'> {
  const { aPlus, aMinus } = rule;
  if (rule.model !== 'pairStdp' || typeof aPlus !== 'number' || typeof aMinus !== 'number') return { rule, notes: [] };
  const [was, is] = [stepsOf(before), stepsOf(device)];
  if (isClose(was.up, is.up) && isClose(was.down, is.down)) return { rule, notes: [] };
  if (!(is.up > 0 && is.down > 0))
    return {
      rule,
      notes: ['The device does not move both ways, so that no strength makes the timing window measured.'],
    };
  const [plus, minus] = [strengthOf(changeOf(aPlus, was), is), -strengthOf(changeOf(-aMinus, was), is)];
  return {
    rule: { ...rule, aPlus: rounded(plus), aMinus: rounded(minus) },
    notes: [
      `So that the timing window stays the one measured, aPlus is ${told(plus)} and aMinus ${told(minus)} with this device, in place of ${told(aPlus)} and ${told(aMinus)}.`,
    ],
  };
}

/**
 * @param isFitted whether a value, by path, was found by a fit: what somebody wrote stays as it is.
 * @param added what comes anew, and needs no carrying.
 */
export function carried(
  before: Mapping,
  device: Mapping,
  rule: Mapping | undefined,
  added: { readonly device?: Mapping; readonly rule?: Mapping },
  isFitted: (path: string) => boolean,
): Carried {
  const rest =
    added.device?.retention === undefined && isFitted('device.retention.rest')
      ? restOf(before, device)
      : { device, notes: [] };
  const strengths =
    rule !== undefined && added.rule === undefined && isFitted('rule.aPlus')
      ? ruleOf(before, rest.device, rule)
      : { rule, notes: [] };
  return { device: rest.device, rule: strengths.rule, notes: [...rest.notes, ...strengths.notes] };
}
