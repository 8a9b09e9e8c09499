import { log1p } from '../elementary.ts';
import { exp } from '../math.ts';
import type { Curve } from './devices.ts';
import type { Kernels } from './kernels.ts';

/** State g at position x. */
export const stateOn = ({ a, whole, back }: Curve, x: number): number => (back === 0 ? x : (1 - exp(-x / a)) / whole);

/** Position of state g. */
export const positionOn = ({ a, back }: Curve, g: number): number => (back === 0 ? g : -a * log1p(g * back));

export const curvePulses: Kernels['curvePulses'] = ({ count, before, amounts, after, squares }, up, down) => {
  for (let i = 0; i < count; i++) {
    const curve = amounts[i]! > 0 ? up : down;
    const x = positionOn(curve, before[i]!) + amounts[i]! / curve.pulses;
    if (squares !== null) squares[i] = curve.square * Math.abs(amounts[i]!);
    after[i] = stateOn(curve, Math.min(Math.max(x, 0), 1));
  }
};
