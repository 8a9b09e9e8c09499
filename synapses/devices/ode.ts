import { ERROR_WEIGHTS, STAGE_TIMES, STAGE_WEIGHTS } from '../../core/dormandPrince.ts';
import { pow } from '../../core/elementary.ts';

const LAST_ROW = STAGE_WEIGHTS[6]!;
const TOLERANCE = 1e-11;
/** Ratio of step error to tolerance below which the next step is 5 times as long (the maximum): 0.9 ratio^-0.2 = 5. */
const MAX_GROWTH_ERROR = 1.889568e-4;

const slopes = new Float64Array(7);
const states = new Float64Array(7);

/**
 * Integrates dx/dt = rate(x, t) from state x at time `from`; returns the state at time `to`, kept within [0, 1].
 * Fifth-order steps with adaptive length, error 1e-11 per step. A bound is kept once it is reached; `rate` must not
 * change sign before `to`. Also adds the time integral of `flow.of(x)` to `flow.sum`. NaN if a rate is not finite.
 */
export function integrateState(
  rate: (x: number, t: number) => number,
  x: number,
  from: number,
  to: number,
  flow?: { readonly of: (x: number) => number; sum: number },
): number {
  let state = x;
  let t = from;
  let step = to - from;
  while (t < to) {
    step = Math.min(step, to - t);
    for (let i = 0; i < 7; i++) {
      const row = STAGE_WEIGHTS[i]!;
      let y = state;
      for (let j = 0; j < i; j++) y += step * row[j]! * slopes[j]!;
      states[i] = Math.min(Math.max(y, 0), 1);
      slopes[i] = rate(states[i]!, t + STAGE_TIMES[i]! * step);
    }
    let change = 0;
    let error = 0;
    for (let i = 0; i < 7; i++) {
      change += i < 6 ? step * LAST_ROW[i]! * slopes[i]! : 0;
      error += step * ERROR_WEIGHTS[i]! * slopes[i]!;
    }
    const size = Math.abs(error) / TOLERANCE;
    const out = state + change <= 0 || state + change >= 1; // clipping is not an error: the bound is reached within this step
    if (size <= 1 || (out && step <= (to - from) * 1e-9) || step <= (to - from) * 1e-12) {
      if (flow) for (let i = 0; i < 6; i++) flow.sum += step * LAST_ROW[i]! * flow.of(states[i]!);
      state = Math.min(Math.max(state + change, 0), 1);
      if (step >= to - t) return state;
      t += step;
    }
    if (Number.isNaN(size)) return Number.NaN;
    step *= size < MAX_GROWTH_ERROR ? 5 : Math.min(5, Math.max(0.1, 0.9 * pow(size, -0.2)));
  }
  return state;
}
