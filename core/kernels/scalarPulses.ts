/**
 * Pulses device by device, for operations that the SIMD kernels lack: any exponent of weight dependence or wear, and half-select disturb.
 * Results have the same bits as those of the kernels where both can compute them.
 */
import { pow } from '../elementary.ts';
import { exp } from '../math.ts';
import type { DeviceConstants, PulsedDevices, PulseRun, StatefulDevices, WearingDevices } from './devices.ts';
import type { Pulses } from './pulses.ts';
import { TotalsPlaces as AT } from './records.ts';

/** Pulses a run of devices that are their weights; arguments as in `Kernels.pulse`. */
export function pulseScalar(d: PulsedDevices, run: PulseRun, trace: Float64Array, scale: number, mu: number): void {
  const { weights, soft, aUp, bUp, aDown, bDown, spread, rowSums, totals, pulses, joules, random } = d;
  const { wMin: commonMin, wMax: commonMax, perWeight, scatter } = d;
  const { start, stride, count, edges, others, offset } = run;
  for (let i = 0; i < count; i++) {
    const other = others === null ? i : others[offset + i]!;
    const strength = scale * trace[other]!;
    if (strength === 0) continue;
    const edge = edges === null ? start + i * stride : edges[offset + i]!;
    const wMin = spread?.wMin ? spread.wMin[edge]! : commonMin;
    const wMax = spread === null ? commonMax : spread.wMax[edge]!;
    const before = weights[edge]!;
    const g = Math.min(Math.max((before - wMin) * (1 / (wMax - wMin)), 0), 1); // a stored bound may round past itself
    const up = strength > 0;
    const distance = up ? 1 - g : g;
    let amount = strength;
    if (mu !== 0) amount *= pow(distance, mu);
    if (spread !== null) amount *= up ? spread.up[edge]! : spread.down[edge]!;
    const b = up ? bUp : bDown;
    const step = (up ? aUp : aDown) * amount;
    let after = g + step * (soft ? distance : b === 0 ? 1 : exp(-b * (up ? g : 1 - g)));
    if (scatter > 0) after = g + (after - g) * (1 + scatter * random.noise(edge, pulses[edge]!));
    if (pulses.length > 0) pulses[edge]!++;
    weights[edge] = after <= 0 ? wMin : after >= 1 ? wMax : Math.min(wMin + after * (wMax - wMin), wMax);
    totals[AT.writes]!++;
    if (up) totals[AT.upward]!++;
    if (rowSums.length === 0) continue;
    const stored = weights[edge]!;
    rowSums[run.row < 0 ? other : run.row]! += stored - before;
    const spent = (before + stored) * perWeight;
    totals[AT.writeEnergy]! += spent;
    if (joules.length > 0) joules[edge]! += spent;
  }
}

/** Share of its range that a device has left after n of N pulses of its lifetime. */
function rangeLeft(n: number, N: number, wear: number): number {
  if (n >= N) return 0; // 1 ** Infinity is NaN
  const worn = n / N;
  return 1 - (wear === 2 ? worn * worn : pow(worn, wear)); // `pow` only where needed: V8 does not inline it
}

/** Sets the bounds and step shares of worn devices; arguments as in `Kernels.wearPulses`. */
export function wearScalar(b: Pulses, devices: WearingDevices, lifetimes: Float64Array): void {
  const { stuck, some, failure, wear } = devices;
  const { edges, places, first, numbers, count, low, high, share, marked } = b;
  const bounds = failure === 'low' ? high : share;
  let n = 0;
  for (let i = 0; i < count; i++) {
    let last = false;
    if (lifetimes.length > 0) {
      const lifetime = lifetimes[first + places[i]!]!;
      const left = rangeLeft(numbers[i]! + 1, lifetime, wear);
      if (failure === 'high') low[i] = 1 - left;
      else bounds[i] = left;
      last = numbers[i]! + 1 >= lifetime;
    }
    if (last || (some && stuck[edges[i]!] !== 0)) marked[n++] = i;
  }
  b.markedCount = n;
}

/** Weight of a device in state g of the range from `low` to `top`. */
export const weightInRange = (low: number, top: number, g: number): number =>
  g >= 1 ? top : Math.min(low + g * (top - low), top);

/** State in [0, 1] of the discrete level that g falls on; u is uniform on (0, 1) for stochastic rounding, or 0.5 for the nearest level. */
export function toLevel(g: number, levelCount: number, u: number): number {
  return Math.min(Math.floor(g * (levelCount - 1) + u), levelCount - 1) / (levelCount - 1);
}

/** Stores the states after the pulses, counts the pulses and their energy, and disturbs half-selected devices; arguments as in `Kernels.putPulses`. */
export function putScalar(d: StatefulDevices, b: Pulses, { ends }: DeviceConstants, stamp: number): void {
  const { places, first, statesFrom } = b;
  const { g, weights, totals, rows, columns, all, joules, low: commonLow, gMin, perWeight, disturb, apart, floor } = d;
  for (let i = 0; i < b.count; i++) {
    const k = b.edges[i]!;
    const state = statesFrom < 0 ? k : statesFrom + b.others[i]!;
    const x = b.after[i]!;
    const place = 2 * (first + places[i]!);
    const low = ends === null ? commonLow : ends[place]!;
    const top = ends === null ? d.top : ends[place + 1]!;
    const amount = b.amounts[i]!;
    const weight = weightInRange(low, top, x);
    const offsetBefore = apart === null ? 0 : apart[state]!;
    const offset = apart === null ? 0 : Math.max(d.apartSd * b.strays[i]!, floor - weight);
    totals[AT.writes]!++;
    if (amount > 0 || Object.is(amount, 0)) totals[AT.upward]!++; // a strength that the weight dependence made 0 keeps its sign
    d.pulses[state] = b.numbers[i]! + 1;
    if (d.programmed !== null) d.programmed[k] = stamp;
    if (rows.length > 0) {
      const row = b.row < 0 ? b.others[i]! : b.row;
      const column = b.column < 0 ? b.others[i]! : b.column;
      const conductance = (g: number, more: number) => gMin + (low - commonLow + g * (top - low) + more) * perWeight;
      const left = conductance(x, offset);
      const stored = conductance(g[state]!, offsetBefore);
      const square = b.squares === null ? d.square : b.squares[i]!;
      const spent = square * ((conductance(b.before[i]!, offsetBefore) + left) / 2);
      totals[AT.writeEnergy]! += spent;
      if (joules.length > 0) joules[k]! += spent;
      disturb?.(row, column, b.partial === null ? square : b.partial[i]!, stored);
      rows[row]! += left - stored;
      if (columns.length > 0) columns[column]! += left - stored;
      all[0]! += left - stored;
    }
    g[state] = x;
    weights[k] = weight + offset;
    if (apart !== null) apart[state] = offset;
  }
}
