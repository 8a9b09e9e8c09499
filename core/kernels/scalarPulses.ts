/**
 * Conversions between state, weight and level of single devices, and scalar pulses with half-select disturb, which the
 * SIMD kernels do not support. Results are bit-identical to those of the kernels.
 */
import type { DeviceConstants, StatefulDevices } from './devices.ts';
import type { Pulses } from './pulses.ts';
import { TotalsPlaces as AT } from './records.ts';

/** Weight of a device in state g, with `low` and `top` its weights in states 0 and 1. */
export const weightInRange = (low: number, top: number, g: number): number =>
  g >= 1 ? top : Math.min(low + g * (top - low), top);

/** Quantises state g in [0, 1] to a level. u: uniform on (0, 1) for stochastic rounding, 0.5 for the nearest level. */
export function roundStateToLevel(g: number, levelCount: number, u: number): number {
  return Math.min(Math.floor(g * (levelCount - 1) + u), levelCount - 1) / (levelCount - 1);
}

/** Stores states after pulses, counts pulses and energy, disturbs half-selected devices; see `Kernels.storePulses`. */
export function storePulsesScalar(d: StatefulDevices, b: Pulses, { ends }: DeviceConstants, stamp: number): void {
  const { places, first, statesFrom } = b;
  const { columnSums, disturb, record } = d;
  const { g, weights, totals, rows, all, joules, low: commonLow, gMin, perWeight, apart, floor } = record;
  for (let i = 0; i < b.count; i++) {
    const k = b.edges[i]!;
    const state = statesFrom < 0 ? k : statesFrom + b.others[i]!;
    const x = b.after[i]!;
    const place = 2 * (first + places[i]!);
    const low = ends === null ? commonLow : ends[place]!;
    const top = ends === null ? record.top : ends[place + 1]!;
    const amount = b.amounts[i]!;
    const weight = weightInRange(low, top, x);
    const offsetBefore = apart === null ? 0 : apart[state]!;
    const offset = apart === null ? 0 : Math.max(record.apartSd * b.strays[i]!, floor - weight);
    totals[AT.writes]!++;
    if (amount > 0 || Object.is(amount, 0)) totals[AT.upward]!++; // a strength that the weight dependence made 0 keeps its sign
    record.pulses[state] = b.numbers[i]! + 1;
    if (record.programmed !== null) record.programmed[k] = stamp;
    if (rows !== null) {
      const row = b.row < 0 ? b.others[i]! : b.row;
      const column = b.column < 0 ? b.others[i]! : b.column;
      const conductance = (g: number, more: number) => gMin + (low - commonLow + g * (top - low) + more) * perWeight;
      const left = conductance(x, offset);
      const stored = conductance(g[state]!, offsetBefore);
      const square = b.squares === null ? record.square : b.squares[i]!;
      const spent = square * ((conductance(b.before[i]!, offsetBefore) + left) / 2);
      totals[AT.writeEnergy]! += spent;
      if (joules !== null) joules[k]! += spent;
      disturb?.(row, column, b.partial === null ? square : b.partial[i]!, stored);
      rows[row]! += left - stored;
      if (columnSums.length > 0) columnSums[column]! += left - stored;
      all[0]! += left - stored;
    }
    g[state] = x;
    weights[k] = weight + offset;
    if (apart !== null) apart[state] = offset;
  }
}
