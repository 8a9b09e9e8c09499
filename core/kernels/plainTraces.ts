import { exp } from '../math.ts';

export function markTraces(
  values: Float64Array,
  times: Float64Array,
  rows: Uint32Array,
  from: number,
  to: number,
  t0: number,
  rate: number,
): void {
  for (let k = from; k < to; k++) values[rows[k]!] = exp((times[k]! - t0) * rate);
}

export function traceStrengths(values: Float64Array, factor: number, shift: number, out: Float64Array): void {
  for (let i = 0; i < values.length; i++) out[i] = values[i]! * factor - shift;
}
