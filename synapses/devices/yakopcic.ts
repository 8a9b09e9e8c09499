import type * as z from 'zod/mini';
import { type Mapping, nonNegative, number, positive } from '../../core/declare/params.ts';
import { expm1, sinh } from '../../core/elementary.ts';
import { exp } from '../../core/math.ts';
import { readoutParams } from './array/range.ts';
import { defineDevice } from './defineDevice.ts';
import { createMemristorCell, createVoltagePulseParams, type Memristor, resolveMemristorPulse } from './memristor.ts';
import { integrateState } from './ode.ts';

const [VOLTS, SECONDS] = [1, 1e-5]; // default write pulse (assumed value)

const slowingLimit = (initial: number, help: string) =>
  number({ default: initial, min: 0, max: 1, exclusiveMax: true, unit: '1', help });

const params = {
  a1: positive(0.17, 'A', 'current scale at positive voltage'),
  a2: positive(0.17, 'A', 'current scale at negative voltage'),
  b: positive(0.05, '1/V', 'curvature of the current-voltage curve'),
  vP: nonNegative(0.16, 'V', 'positive threshold voltage'),
  vN: nonNegative(0.15, 'V', 'absolute value of the negative threshold voltage'),
  aP: nonNegative(4000, '1/s', 'speed of the state above the positive threshold'),
  aN: nonNegative(4000, '1/s', 'speed of the state below the negative threshold'),
  xP: slowingLimit(0.3, 'state above which the increase of the state slows down'),
  xN: slowingLimit(0.5, 'limit of slowing: below state 1 - xN, the decrease of the state slows down'),
  alphaP: nonNegative(1, '1', 'exponent by which the increase of the state slows down above xP'),
  alphaN: nonNegative(5, '1', 'exponent by which the decrease of the state slows down below 1 - xN'),
  readVoltage: readoutParams.readVoltage,
  ...createVoltagePulseParams(VOLTS, SECONDS),
};
type Parameters = z.output<Mapping<typeof params>>;

/** Returns e^v; for v = 1 the correctly rounded value Math.E, where fdlibm errs in the last bit. */
const roundedExp = (v: number): number => (v === 1 ? Math.E : exp(v));

export function yakopcicMemristor(p: Parameters): Memristor {
  const drive = (v: number): number => {
    if (v > p.vP) return p.aP * (roundedExp(v) - roundedExp(p.vP));
    if (v < -p.vN) return -p.aN * (roundedExp(-v) - roundedExp(p.vN));
    return 0;
  };
  const slowing = (x: number, up: boolean): number => {
    if (up) return x < p.xP ? 1 : (exp(-p.alphaP * (x - p.xP)) * (1 - x)) / (1 - p.xP);
    return x > 1 - p.xN ? 1 : (exp(p.alphaN * (x + p.xN - 1)) * x) / (1 - p.xN);
  };
  const rate = (x: number, v: number): number => drive(v) * slowing(x, v > 0);
  const kneeOf = (speed: number) => (speed > 0 ? p.xP : 1 - p.xN); // state up to which x moves at constant speed
  const stateAfter = (x: number, v: number, seconds: number): number => {
    const speed = drive(v);
    if (speed === 0 || seconds === 0) return x;
    const free = Math.max(0, (kneeOf(speed) - x) / speed);
    if (free >= seconds) return x + speed * seconds;
    return integrateState((y) => speed * slowing(y, speed > 0), free > 0 ? kneeOf(speed) : x, free, seconds);
  };
  /**
   * Time integral of the state x (s) over a pulse of `seconds` that ends in state `last`, in closed form. The state
   * changes at constant speed up to a knee, then ever more slowly (`slowing`).
   */
  const ofState = (x: number, last: number, speed: number, seconds: number): number => {
    const up = speed > 0;
    const free = Math.min(Math.max(0, (kneeOf(speed) - x) / speed), seconds);
    const uniform = free * (x + (speed * free) / 2);
    if (free >= seconds) return uniform;
    const from = free > 0 ? kneeOf(speed) : x;
    const [alpha, past, rest] = up ? [p.alphaP, from - p.xP, 1 - p.xP] : [-p.alphaN, from + p.xN - 1, 1 - p.xN];
    const grown = alpha === 0 ? last - from : (exp(alpha * past) * expm1(alpha * (last - from))) / alpha;
    const slow = (rest * grown) / speed;
    return uniform + (up ? seconds - free - slow : slow);
  };
  const current = (x: number, v: number): number => (v >= 0 ? p.a1 : p.a2) * x * sinh(p.b * v);
  return {
    polarity: 1,
    current,
    rate,
    stateAfter,
    charge(x, v, seconds) {
      const speed = drive(v);
      return current(1, v) * (speed === 0 ? x * seconds : ofState(x, stateAfter(x, v, seconds), speed, seconds));
    },
  };
}

/** Conductance in state 1 at a given voltage, S; at 0 V, its limit for small voltages. */
function conductanceAt(p: Parameters, voltage: number): number {
  const volts = voltage || 1e-3;
  return yakopcicMemristor(p).current(1, volts) / volts;
}

/** Generalised memristor of Yakopcic. Its conductance is defined at the read voltage. */
export const yakopcic = defineDevice({
  name: 'yakopcic',
  help: 'generalised memristor with sinh current and threshold voltages; a window function of assumed form slows the state near its bounds',
  equation:
    'i = a x sinh(b v); dx/dt = aP (e^v - e^vP) f(x) above vP, -aN (e^-v - e^vN) f(x) below -vN; f = 1, from xP on e^(-alphaP (x - xP)) (1 - x)/(1 - xP), below 1 - xN e^(alphaN (x + xN - 1)) x/(1 - xN)',
  source: 'Yakopcic et al. 2011, doi:10.1109/LED.2011.2163292',
  params,
  range: (p) => ({ gMin: 0, gMax: conductanceAt(p, p.readVoltage), pulse: resolveMemristorPulse(p, VOLTS, SECONDS) }),
  cell(p) {
    const gMax = conductanceAt(p, p.readVoltage);
    const same = (x: number) => x;
    const share = { ofState: same, toState: same, conductance: (g: number) => gMax * g };
    return createMemristorCell(yakopcicMemristor(p), p, share, (volts) => conductanceAt(p, volts) / gMax);
  },
});
