/**
 * Weights and levels of single devices, and pulses with half-select disturb, device by device, which the SIMD kernels lack. Results
 * have the same bits as those of the kernels where both can compute them.
 */
import type { DeviceConstants, StatefulDevices } from './devices.ts';
import type { Pulses } from './pulses.ts';
import { TotalsPlaces as AT } from './records.ts';

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
