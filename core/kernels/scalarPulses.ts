/** Conversions between state, weight and level of single devices, bit-identical to those of the kernels. */

/** Weight of a device in state g, with `low` and `top` its weights in states 0 and 1. */
export const interpolateWeight = (low: number, top: number, g: number): number =>
  g >= 1 ? top : Math.min(low + g * (top - low), top);

/** Quantises state g in [0, 1] to a level. u: uniform on (0, 1) for stochastic rounding, 0.5 for the nearest level. */
export function roundStateToLevel(g: number, levelCount: number, u: number): number {
  return Math.min(Math.floor(g * (levelCount - 1) + u), levelCount - 1) / (levelCount - 1);
}
