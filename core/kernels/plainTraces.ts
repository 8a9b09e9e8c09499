import { exp } from '../math.ts';
import type { Kernels } from './kernels.ts';

export const markTraces: Kernels['markTraces'] = (values, times, rows, from, to, t0, rate) => {
  for (let k = from; k < to; k++) values[rows[k]!] = exp((times[k]! - t0) * rate);
};

export const traceStrengths: Kernels['traceStrengths'] = (values, factor, shift, out) => {
  for (let i = 0; i < values.length; i++) out[i] = values[i]! * factor - shift;
};

export const recentStrengths: Kernels['recentStrengths'] = (last, earliest, up, down, out) => {
  for (let i = 0; i < last.length; i++) out[i] = last[i]! >= earliest ? up : down;
};
