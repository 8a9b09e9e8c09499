import { log1p } from '../elementary.ts';
import { exp } from '../math.ts';
import type { Curve } from './devices.ts';

/** State g in [0, 1] at pulse position x in [0, 1]. */
export const stateAtPosition = ({ a, whole, back }: Curve, x: number): number =>
  back === 0 ? x : (1 - exp(-x / a)) / whole;

/** Pulse position in [0, 1] of state g in [0, 1]: the inverse of `stateAtPosition`. */
export const positionOfState = ({ a, back }: Curve, g: number): number => (back === 0 ? g : -a * log1p(g * back));
