import type { StatefulDevices } from './devices.ts';
import type { Kernels } from './kernels.ts';

export const takeRow: Kernels['takeRow'] = (d, start, count, b) => {
  b.count = count;
  for (let i = 0; i < count; i++) {
    b.edges[i] = start + i;
    b.before[i] = d.g[start + i]!;
  }
};

export const fadePulses: Kernels['fadePulses'] = ({ edges, before, count }, programmed, rest, down) => {
  for (let i = 0; i < count; i++) before[i] = rest + (before[i]! - rest) * Math.min(programmed[edges[i]!]! * down, 1);
};

/** The ends of a device's range, and what is read beside its state. */
const lowOf = ({ ends, low }: StatefulDevices, k: number): number => (ends === null ? low : ends[2 * k]!);
const topOf = ({ ends, top }: StatefulDevices, k: number): number => (ends === null ? top : ends[2 * k + 1]!);
const besideOf = ({ apart }: StatefulDevices, k: number): number => (apart === null ? 0 : apart[k]!);

/** Weight of a device in state g of a range. */
export const between = (low: number, top: number, g: number): number =>
  g >= 1 ? top : Math.min(low + g * (top - low), top);

export const showStates: Kernels['showStates'] = (d, { edges, before, count }) => {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const k = edges[i]!;
    const g = before[i]!;
    const [low, top, beside] = [lowOf(d, k), topOf(d, k), besideOf(d, k)];
    d.weights[k] = Math.max(between(low, top, g) + beside, d.floor);
    sum += g * (top - low) + (low - d.low) + beside;
  }
  return count * d.gMin + sum * d.perWeight;
};

export const readStates: Kernels['readStates'] = (d, b, pair, reference, least) => {
  const { edges, before, cycles: factors, after: references, count } = b;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const k = edges[i]!;
    const g = before[i]!;
    const [low, top, beside] = [lowOf(d, k), topOf(d, k), besideOf(d, k)];
    const current = low + reference + g * (top - low) + beside;
    const taken = Math.abs(current) < least ? least : current;
    d.weights[k] = taken * factors[i]! - reference * references[pair ? i : 0]!;
    sum += d.gMin + (low - d.low + g * (top - low) + beside) * d.perWeight;
  }
  return sum;
};
