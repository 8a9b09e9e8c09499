import type { StepLaw } from './stepFamilies.ts';

/** Device-to-device factors, relative to the mean device: gMin, gMax, steps up, steps down. */
export const DEVICE_TO_DEVICE_FACTOR_KEYS = ['min', 'max', 'up', 'down'] as const;
export type DeviceFactors = Readonly<Record<(typeof DEVICE_TO_DEVICE_FACTOR_KEYS)[number], number>>;
export const UNIT_DEVICE_FACTORS: DeviceFactors = { min: 1, max: 1, up: 1, down: 1 };

/** Model curve in one pulse direction: conductance = `startBound` + h `range`, in units of the largest reading. */
export interface ModelCurve extends Pick<StepLaw, 'advance'> {
  readonly startBound: number;
  readonly range: number;
  readonly startState: number;
}

/** Position h after each of the given numbers of pulses. */
export function computeCurvePositions({ startState, advance }: ModelCurve, elapsed: readonly number[]): Float64Array {
  const out = new Float64Array(elapsed.length);
  let [h, n] = [startState, 0];
  for (let i = 0; i < elapsed.length; i++) {
    h = advance(h, elapsed[i]! - n);
    n = elapsed[i]!;
    out[i] = h;
  }
  return out;
}

const DIFFERENCE = 1e-5;

/** Position h after `count` pulses, and its derivative with respect to the position before them. */
export function advanceWithSlope({ advance }: ModelCurve, h: number, count: number): [next: number, slope: number] {
  const by = h > 0.5 ? -DIFFERENCE : DIFFERENCE;
  const next = advance(h, count);
  return [next, (advance(h + by, count) - next) / by];
}

/** Conductance after each of the given numbers of pulses, in units of the largest reading. */
export function computeConductances(curve: ModelCurve, elapsed: readonly number[]): Float64Array {
  const out = computeCurvePositions(curve, elapsed);
  for (let i = 0; i < out.length; i++) out[i] = curve.startBound + curve.range * out[i]!;
  return out;
}
